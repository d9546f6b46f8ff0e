-- The other parent: a link that a worker makes, who has opened it, what they have told, and the second party of a case.

-- One invitation a case at a time. It goes when it is taken back, declined, confirmed, rejected or over; person and
-- answers are those of somebody who is no party yet.
CREATE TABLE invited (
    case_id    INTEGER PRIMARY KEY REFERENCES cases (id) ON DELETE CASCADE,
    code_hash  BLOB NOT NULL UNIQUE,
    expires_at INTEGER NOT NULL,                         -- of the unopened link; once answered, of the waiting answers
    person_id  INTEGER UNIQUE REFERENCES person (id) ON DELETE CASCADE,
    answers    TEXT CHECK (answers IS NULL OR json_valid(answers)),
    CHECK (answers IS NULL OR person_id IS NOT NULL)
) STRICT;
CREATE INDEX invited_unopened ON invited (expires_at) WHERE person_id IS NULL;

-- "Parent 1" or "Parent 2" for the workers; it stays when the other goes. The invited one has a conversation of its own.
ALTER TABLE party ADD COLUMN number INTEGER NOT NULL DEFAULT 1 CHECK (number IN (1, 2));
ALTER TABLE party ADD COLUMN invited INTEGER NOT NULL DEFAULT 0 CHECK (invited IN (0, 1));
CREATE UNIQUE INDEX party_number ON party (case_id, number);

-- Which parent an event is about, by number: it says nothing of the person once they are forgotten.
ALTER TABLE case_event ADD COLUMN parent INTEGER CHECK (parent IN (1, 2));
UPDATE case_event SET parent = 1
WHERE name IN ('called', 'reached', 'no_answer', 'talked_alone', 'corrected', 'wrote', 'replied')
  AND case_id IN (SELECT case_id FROM party);
