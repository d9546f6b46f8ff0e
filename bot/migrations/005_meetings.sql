-- The start, and meetings: what is offered, who answered what, what is agreed, and what is due about it.

-- How it starts, as it was agreed with this parent: who comes later has not been told anything.
ALTER TABLE party ADD COLUMN form TEXT CHECK (form IN ('separate', 'joint'));

-- A joint meeting although not every condition is there: with a reason, and by two workers of the case. It goes as soon
-- as a parent's answers, the parents themselves or one of these workers change.
CREATE TABLE override (
    case_id   INTEGER PRIMARY KEY REFERENCES cases (id) ON DELETE CASCADE,
    reason    TEXT NOT NULL,
    asked_by  INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    agreed_by INTEGER REFERENCES person (id) ON DELETE CASCADE,
    CHECK (agreed_by IS NULL OR agreed_by <> asked_by)
) STRICT;

CREATE TABLE meeting (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id     INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    type        TEXT NOT NULL CHECK (type IN ('individual', 'couple', 'family')),
    mode        TEXT NOT NULL CHECK (mode IN ('onsite', 'remote', 'phone')),
    minutes     INTEGER NOT NULL CHECK (minutes BETWEEN 45 AND 90),
    status      TEXT NOT NULL CHECK (status IN ('offered', 'agreed', 'cancelled', 'missed', 'held')),
    starts_at   INTEGER,
    was_at      INTEGER,                                 -- the agreed time that is being moved: parents still know it
    promised    INTEGER NOT NULL CHECK (promised IN (0, 1)),  -- to somebody who asked for it: counts for the promise
    made_at     INTEGER NOT NULL,
    uid         TEXT NOT NULL UNIQUE,                    -- of the calendar entry; it says nothing
    sequence    INTEGER NOT NULL DEFAULT 0,              -- grows with every change; what was said of an older one is void
    late_reason TEXT,                                    -- why it was offered after the promised week
    lasted      INTEGER CHECK (lasted > 0),              -- minutes, once it was held
    attended    TEXT CHECK (attended IS NULL OR json_valid(attended)),   -- roles, never names
    present     INTEGER CHECK (present BETWEEN 1 AND 2), -- workers
    children_by TEXT CHECK (children_by IN ('parents', 'worker')),       -- whose idea it was to meet the children
    CHECK (status NOT IN ('agreed', 'missed', 'held') OR starts_at IS NOT NULL),
    CHECK (status <> 'offered' OR starts_at IS NULL)
) STRICT;
CREATE INDEX meeting_case ON meeting (case_id);
CREATE INDEX meeting_start ON meeting (starts_at) WHERE status = 'agreed';

-- The times that are offered; a worker's time that is offered to somebody is offered to nobody else.
CREATE TABLE slot (
    meeting_id INTEGER NOT NULL REFERENCES meeting (id) ON DELETE CASCADE,
    starts_at  INTEGER NOT NULL,
    PRIMARY KEY (meeting_id, starts_at)
) STRICT, WITHOUT ROWID;

-- The workers who hold the meeting.
CREATE TABLE host (
    meeting_id INTEGER NOT NULL REFERENCES meeting (id) ON DELETE CASCADE,
    person_id  INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    PRIMARY KEY (meeting_id, person_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX host_person ON host (person_id);

-- The parents who are invited, and what each answered alone: the times that suit, or none and which would.
CREATE TABLE invitee (
    meeting_id  INTEGER NOT NULL REFERENCES meeting (id) ON DELETE CASCADE,
    person_id   INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    answered_at INTEGER,
    suits       TEXT CHECK (suits IS NULL OR json_valid(suits)),
    wishes      TEXT CHECK (wishes IS NULL OR json_valid(wishes)),
    move_asked  INTEGER NOT NULL DEFAULT 0 CHECK (move_asked IN (0, 1)),
    PRIMARY KEY (meeting_id, person_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX invitee_person ON invitee (person_id);

-- What is due about a meeting: its deciding, a word to those who have not answered, its last offered time, reminders.
CREATE TABLE meeting_due (
    meeting_id INTEGER NOT NULL REFERENCES meeting (id) ON DELETE CASCADE,
    kind       TEXT NOT NULL CHECK (kind IN ('decide', 'ask_again', 'silent', 'over', 'day_before', 'soon', 'record')),
    due_at     INTEGER NOT NULL,
    PRIMARY KEY (meeting_id, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX meeting_due_at ON meeting_due (due_at);

-- A message about a meeting as it stood then; it is not sent once the meeting has changed or begun.
ALTER TABLE outbox ADD COLUMN meeting_id INTEGER;
ALTER TABLE outbox ADD COLUMN meeting_sequence INTEGER;

-- Whether this parent said that place and worker may be shown on this phone; whether the workers know that the bot cannot
-- reach this parent.
ALTER TABLE party ADD COLUMN place_safe INTEGER NOT NULL DEFAULT 0 CHECK (place_safe IN (0, 1));
ALTER TABLE party ADD COLUMN told_unreachable INTEGER NOT NULL DEFAULT 0 CHECK (told_unreachable IN (0, 1));

-- Whether an association kept the promise of the first meeting: written once, when the promised day is over.
CREATE TABLE promise (
    case_id     INTEGER PRIMARY KEY REFERENCES cases (id) ON DELETE CASCADE,
    association TEXT NOT NULL,
    kept        INTEGER NOT NULL CHECK (kept IN (0, 1))
) STRICT;
CREATE INDEX promise_association ON promise (association);
