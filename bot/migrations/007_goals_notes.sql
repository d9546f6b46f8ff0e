-- Goals (goal-based outcomes) with their ratings, and the workers' short notes. Words go with the people they are about;
-- ratings stay as numbers without words, to be counted.

CREATE TABLE goal (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    parent  INTEGER NOT NULL CHECK (parent IN (0, 1, 2)),  -- whose, by number; 0: of both, or of a client without a chat
    words   TEXT CHECK (length(words) BETWEEN 1 AND 120),
    ended   INTEGER NOT NULL DEFAULT 0 CHECK (ended IN (0, 1)),
    made_at INTEGER NOT NULL,
    CHECK (words IS NOT NULL OR ended = 1)
) STRICT;
CREATE INDEX goal_case ON goal (case_id);

CREATE TABLE goal_rating (
    goal_id INTEGER NOT NULL REFERENCES goal (id) ON DELETE CASCADE,
    parent  INTEGER NOT NULL CHECK (parent IN (0, 1, 2)),  -- whose rating, by number; 0: given together
    stage   TEXT NOT NULL CHECK (stage IN ('first', 'later', 'end')),
    value   INTEGER CHECK (value BETWEEN 0 AND 10),        -- none: no longer relevant
    own     INTEGER NOT NULL CHECK (own IN (0, 1)),        -- given by the parent in the chat, not recorded by a worker
    at      INTEGER NOT NULL,
    PRIMARY KEY (goal_id, parent, stage)
) STRICT, WITHOUT ROWID;

-- A rating that a worker has offered to a parent, until the parent has answered.
CREATE TABLE goal_offer (
    goal_id   INTEGER NOT NULL REFERENCES goal (id) ON DELETE CASCADE,
    person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    stage     TEXT NOT NULL CHECK (stage IN ('first', 'later', 'end')),
    PRIMARY KEY (goal_id, person_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX goal_offer_person ON goal_offer (person_id);

-- They live as long as life.note says.
CREATE TABLE note (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id   INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    parent    INTEGER NOT NULL CHECK (parent IN (0, 1, 2)),  -- whom it is about, by number; 0: both, or the client
    person_id INTEGER REFERENCES person (id) ON DELETE SET NULL,  -- who wrote it
    words     TEXT NOT NULL CHECK (length(words) BETWEEN 1 AND 500),
    at        INTEGER NOT NULL
) STRICT;
CREATE INDEX note_case ON note (case_id);
CREATE INDEX note_at ON note (at);

-- However a parent goes, the words about them go in the same statement: own goals, and every note that is not about the
-- other alone. With the last parent go all words.
CREATE TRIGGER words_go_with_a_parent AFTER DELETE ON party BEGIN
    DELETE FROM note WHERE case_id = OLD.case_id AND parent IN (0, OLD.number);
    DELETE FROM goal_offer
    WHERE person_id = OLD.person_id AND goal_id IN (SELECT id FROM goal WHERE case_id = OLD.case_id);
    UPDATE goal SET words = NULL, ended = 1 WHERE case_id = OLD.case_id
    AND (parent = OLD.number OR NOT EXISTS (SELECT 1 FROM party WHERE case_id = OLD.case_id));
END;
