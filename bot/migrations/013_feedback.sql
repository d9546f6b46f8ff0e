-- Feedback about the service. An answer is parted from whoever gives it in the turn that stores it: only counts are kept,
-- by week, so there is no row of one answer, no order and no time that could lead back. The tables tally, feedback_text
-- and spent refer to nothing, and nothing refers to them.

CREATE TABLE tally (
    association TEXT NOT NULL,
    audience    TEXT NOT NULL CHECK (audience IN ('parent', 'meeting', 'child')),
    band        TEXT NOT NULL CHECK (band IN ('', '4-6', '7-9', '10-12', '13-17') AND (band <> '') = (audience = 'child')),
    device      TEXT NOT NULL CHECK (device IN ('own', 'worker', 'parent')),
    length      TEXT NOT NULL CHECK (length IN ('none', '1-2', '3-5', '6+', 'any')),  -- meetings held
    week        TEXT NOT NULL CHECK (week GLOB '[0-9][0-9][0-9][0-9]-W[0-9][0-9]'),
    item        TEXT NOT NULL,                        -- of conversations.feedback; 'sheet': how many were asked and answered
    value       TEXT NOT NULL,
    count       INTEGER NOT NULL CHECK (count > 0),
    PRIMARY KEY (association, audience, band, device, length, week, item, value)
) STRICT, WITHOUT ROWID;

-- Free texts lie apart from the ratings, in the order of random ids.
CREATE TABLE feedback_text (
    id          BLOB PRIMARY KEY CHECK (length(id) = 16),
    association TEXT NOT NULL,
    audience    TEXT NOT NULL CHECK (audience IN ('parent', 'child')),
    band        TEXT NOT NULL,
    item        TEXT NOT NULL,
    words       TEXT NOT NULL CHECK (length(words) BETWEEN 1 AND 1000),
    week        TEXT NOT NULL CHECK (week GLOB '[0-9][0-9][0-9][0-9]-W[0-9][0-9]')
) STRICT, WITHOUT ROWID;

-- Invitations that were answered, by the hash of a token that stands nowhere any more: one answer each.
CREATE TABLE spent (token BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;

-- A parent who is or will be asked, until they answer, decline or the time is over; how it ended shows nowhere.
CREATE TABLE survey (
    person_id   INTEGER PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
    association TEXT NOT NULL,
    kind        TEXT NOT NULL CHECK (kind IN ('parent', 'meeting')),
    case_id     INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    meeting_id  INTEGER REFERENCES meeting (id) ON DELETE CASCADE,  -- after which it is asked; none: after the end
    length      TEXT NOT NULL,
    token       BLOB NOT NULL UNIQUE,
    stage       TEXT NOT NULL DEFAULT 'waits' CHECK (stage IN ('waits', 'asked', 'reminded')),
    due_at      INTEGER NOT NULL,                     -- when the next stage begins, after the last: when it goes
    until       INTEGER NOT NULL
) STRICT;
CREATE INDEX survey_due ON survey (due_at);

-- The wish to be called, until a worker has called.
ALTER TABLE former ADD COLUMN call_at INTEGER;

-- Who reads the free texts of an association; none are asked for while there is nobody.
CREATE TABLE text_reader (
    association TEXT PRIMARY KEY,
    person_id   INTEGER NOT NULL REFERENCES seat (person_id) ON DELETE CASCADE
) STRICT;

-- A chat that is in a child's hands. It goes with the answers that were not sent.
CREATE TABLE child (
    person_id   INTEGER PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
    association TEXT NOT NULL,
    band        TEXT NOT NULL CHECK (band IN ('4-6', '7-9', '10-12', '13-17')),
    device      TEXT NOT NULL CHECK (device IN ('worker', 'parent')),
    case_id     INTEGER REFERENCES cases (id) ON DELETE SET NULL,
    worker      INTEGER REFERENCES person (id) ON DELETE SET NULL,  -- who began it, or made the code
    length      TEXT NOT NULL,
    token       BLOB UNIQUE,                          -- none once the child has answered, in whatever way
    seed        INTEGER NOT NULL,
    way_out     TEXT NOT NULL CHECK (json_valid(way_out)),
    called_at   INTEGER,                              -- when an adult was called, the last time
    call_stage  INTEGER NOT NULL DEFAULT 0 CHECK (call_stage IN (0, 1, 2)),  -- 1: it was looked whom it reached, 2: may be repeated
    put_aside   TEXT CHECK (put_aside IS NULL OR json_valid(put_aside)),  -- the adult's own conversation meanwhile
    wrong       INTEGER NOT NULL DEFAULT 0,           -- wrong words since the keypad last rested
    rests_until INTEGER NOT NULL DEFAULT 0            -- no word counts before
) STRICT;

-- To whom it was said that the child wishes to talk, and what became of the message. It goes with the child's chat.
CREATE TABLE child_call (
    person_id INTEGER NOT NULL REFERENCES child (person_id) ON DELETE CASCADE,
    hearer    INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    name      TEXT NOT NULL,
    outbox_id INTEGER NOT NULL,
    state     TEXT NOT NULL DEFAULT 'waits' CHECK (state IN ('waits', 'told', 'lost')),
    PRIMARY KEY (person_id, hearer)
) STRICT, WITHOUT ROWID;

-- One-time codes for a parent's phone.
CREATE TABLE child_code (
    code_hash   BLOB PRIMARY KEY,
    association TEXT NOT NULL,
    band        TEXT NOT NULL CHECK (band IN ('4-6', '7-9', '10-12', '13-17')),
    case_id     INTEGER REFERENCES cases (id) ON DELETE SET NULL,
    worker      INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    length      TEXT NOT NULL,
    expires_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX child_code_expires ON child_code (expires_at);
