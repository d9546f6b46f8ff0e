-- The end of a case: who was a party of it, as long as they can come back, and when the rest about people goes.

-- Whoever was a party when the meetings ended. Nothing that concerns a party concerns them any more; coming back makes
-- them one again. One row a person: nobody has an open case, or a second ended one, beside it.
CREATE TABLE former (
    person_id   INTEGER PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
    case_id     INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    association TEXT NOT NULL,                           -- the one that the consent was given to, wherever the case goes
    number      INTEGER NOT NULL CHECK (number IN (1, 2)),
    invited     INTEGER NOT NULL CHECK (invited IN (0, 1)),
    answers     TEXT NOT NULL CHECK (json_valid(answers)),
    told        TEXT NOT NULL CHECK (json_valid(told)),  -- what next, by ids (conversations.ended)
    until       INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX former_number ON former (case_id, number);
CREATE INDEX former_until ON former (until);

-- A closed case whose people have not been removed yet.
CREATE TABLE ending (
    case_id INTEGER PRIMARY KEY REFERENCES cases (id) ON DELETE CASCADE,
    until   INTEGER NOT NULL
) STRICT;
CREATE INDEX ending_until ON ending (until);

-- The day by which a parent who came back should have a meeting; none: that of the case.
ALTER TABLE party ADD COLUMN meet_by TEXT;
