-- The workers' side: who works on a case, what was asked of whom, what was said, what is due, who may not see it.

-- A case gets a sign of risk of its own (so that the queue is read in order from an index), two more ends, and its
-- workers move to a table of their own.
CREATE TABLE new_cases (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    reference        TEXT NOT NULL UNIQUE,
    association      TEXT NOT NULL,
    status           TEXT NOT NULL DEFAULT 'waiting'
                     CHECK (status IN ('waiting', 'claimed', 'withdrawn', 'not_started')),
    source           TEXT NOT NULL CHECK (source IN ('parent', 'professional')),
    sector           TEXT,                               -- of the professional who referred
    risk             INTEGER NOT NULL DEFAULT 0 CHECK (risk IN (0, 1)),
    opened_at        INTEGER NOT NULL,
    first_meeting_by TEXT NOT NULL,
    claimed_at       INTEGER,
    closed_at        INTEGER,
    reason           TEXT,                               -- why it was not started
    CHECK (status <> 'waiting' OR claimed_at IS NULL),
    CHECK ((status IN ('withdrawn', 'not_started')) = (closed_at IS NOT NULL)),
    CHECK ((status = 'not_started') = (reason IS NOT NULL)),
    CHECK ((source = 'professional') = (sector IS NOT NULL))
) STRICT;
INSERT INTO new_cases (id, reference, association, status, source, risk, opened_at, first_meeting_by, claimed_at, closed_at)
SELECT id, reference, association, status, source,
       EXISTS (SELECT 1 FROM party p WHERE p.case_id = cases.id
               AND (p.phone_safe <> 'yes' OR p.afraid <> 'no' OR p.contact_other <> 'yes')),
       opened_at, first_meeting_by, claimed_at, closed_at
FROM cases;

CREATE TABLE work (
    case_id   INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    part      TEXT NOT NULL CHECK (part IN ('lead', 'pair')),
    since     INTEGER NOT NULL,
    PRIMARY KEY (case_id, person_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX work_part ON work (case_id, part);
CREATE INDEX work_person ON work (person_id);
INSERT INTO work (case_id, person_id, part, since)
SELECT id, lead_worker, 'lead', claimed_at FROM cases WHERE lead_worker IS NOT NULL;

DROP TABLE cases;
ALTER TABLE new_cases RENAME TO cases;
CREATE INDEX cases_queue ON cases (association, risk DESC, first_meeting_by, id) WHERE status = 'waiting';
CREATE INDEX cases_newest ON cases (association, opened_at DESC, id DESC) WHERE status = 'waiting';
CREATE INDEX cases_claimed ON cases (association, first_meeting_by) WHERE status = 'claimed';

-- What happened to a case, without anybody's words: every count can be derived from it.
CREATE TABLE new_case_event (
    id        INTEGER PRIMARY KEY,
    case_id   INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    at        INTEGER NOT NULL,
    name      TEXT NOT NULL,                             -- conversations.card names them
    detail    TEXT,                                      -- a reason or an outcome by its id, never words
    person_id INTEGER REFERENCES person (id) ON DELETE SET NULL
) STRICT;
INSERT INTO new_case_event (id, case_id, at, name) SELECT id, case_id, at, name FROM case_event;
DROP TABLE case_event;
ALTER TABLE new_case_event RENAME TO case_event;
CREATE INDEX case_event_case ON case_event (case_id);

-- What somebody was asked: to be the work pair, or to take the case over.
CREATE TABLE offer (
    case_id  INTEGER PRIMARY KEY REFERENCES cases (id) ON DELETE CASCADE,
    kind     TEXT NOT NULL CHECK (kind IN ('pair', 'transfer')),
    asked_by INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    asked    INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    made_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX offer_asked ON offer (asked);

-- A worker who must not see a case: nothing of it is read for this worker any more. By chat, because it must outlive a
-- seat that is taken away and given again; it goes when the case ends.
CREATE TABLE conflict (
    case_id INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    chat_id INTEGER NOT NULL,
    PRIMARY KEY (case_id, chat_id)
) STRICT, WITHOUT ROWID;

-- Days on which a worker is away, both included.
CREATE TABLE away (
    person_id INTEGER PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
    first_day TEXT NOT NULL,
    last_day  TEXT NOT NULL,
    begun     INTEGER NOT NULL DEFAULT 0 CHECK (begun IN (0, 1)),  -- the lead has been told of cases left alone
    CHECK (first_day <= last_day)
) STRICT;

-- Practical messages between a party and the case's workers. They live as long as life.letter says.
CREATE TABLE letter (
    id        INTEGER PRIMARY KEY,
    case_id   INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    party     INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    from_us   INTEGER NOT NULL CHECK (from_us IN (0, 1)),
    words     TEXT NOT NULL,
    at        INTEGER NOT NULL
) STRICT;
CREATE INDEX letter_case ON letter (case_id, party);

ALTER TABLE party ADD COLUMN talked_alone_at INTEGER;
-- Until then a human has the talk: what the party writes goes to the workers.
ALTER TABLE party ADD COLUMN talk_until INTEGER;

-- The name that colleagues see.
ALTER TABLE seat ADD COLUMN name TEXT NOT NULL DEFAULT '';

-- What is to be said about a case that stands still.
CREATE TABLE reminder (
    case_id INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    kind    TEXT NOT NULL CHECK (kind IN ('unclaimed', 'long_unclaimed', 'no_meeting_4', 'no_meeting_6')),
    due_at  INTEGER NOT NULL,
    PRIMARY KEY (case_id, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX reminder_due ON reminder (due_at);
-- Cases that are open already are counted in plain days.
INSERT INTO reminder (case_id, kind, due_at)
SELECT id, 'unclaimed', opened_at + 86400 FROM cases WHERE status = 'waiting'
UNION ALL SELECT id, 'long_unclaimed', opened_at + 2 * 86400 FROM cases WHERE status = 'waiting'
UNION ALL SELECT id, 'no_meeting_6', opened_at + 6 * 86400 FROM cases WHERE status = 'claimed';

-- What a professional told about a client, without a name; the professional's chat until a worker has the case.
CREATE TABLE referral (
    case_id   INTEGER PRIMARY KEY REFERENCES cases (id) ON DELETE CASCADE,
    person_id INTEGER REFERENCES person (id) ON DELETE SET NULL,
    answers   TEXT NOT NULL CHECK (json_valid(answers))
) STRICT;
CREATE INDEX referral_person ON referral (person_id);

-- A one-time link that a professional hands to a client; nobody learns whether it was opened.
CREATE TABLE handover (
    code_hash  BLOB PRIMARY KEY,
    sector     TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER
) STRICT, WITHOUT ROWID;
ALTER TABLE person ADD COLUMN sector TEXT;               -- of the professional whose link this person opened

-- Which part of a case was looked at; what was refused.
ALTER TABLE audit ADD COLUMN part TEXT;
