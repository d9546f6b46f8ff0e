-- The spine: what was received, who people are, the cases, and what is to be sent.
-- Moments are whole seconds of Unix time (UTC), days are ISO dates of Finland.

-- One row per bot account. next_offset acknowledges what was received; it is never computed from update ids, because
-- Telegram starts them anew after a quiet week.
CREATE TABLE bot (
    id          INTEGER PRIMARY KEY,
    username    TEXT NOT NULL,
    next_offset INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE inbox (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    bot_id      INTEGER NOT NULL REFERENCES bot (id),
    update_id   INTEGER NOT NULL,
    digest      BLOB NOT NULL,
    received_at INTEGER NOT NULL,
    payload     TEXT,
    status      TEXT NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'done', 'quarantined')),
    error       TEXT,                                    -- the exception's type, never its words
    UNIQUE (bot_id, update_id, digest),
    CHECK (status <> 'done' OR payload IS NULL)
) STRICT;
CREATE INDEX inbox_waiting ON inbox (seq) WHERE status = 'waiting';

-- A person is a private chat with the bot.
CREATE TABLE person (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    chat_id    INTEGER NOT NULL UNIQUE,
    locale     TEXT NOT NULL,
    safe_hours TEXT NOT NULL DEFAULT 'office' CHECK (safe_hours IN ('office', 'evening', 'daily', 'never')),
    blocked_at INTEGER,
    met_at     INTEGER NOT NULL
) STRICT;

CREATE TABLE conversation (
    person_id  INTEGER PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
    body       TEXT NOT NULL CHECK (json_valid(body)),
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE consent (
    person_id INTEGER PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
    version   TEXT NOT NULL,
    locale    TEXT NOT NULL,
    given_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE timer (
    person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    name      TEXT NOT NULL,
    due_at    INTEGER NOT NULL,
    PRIMARY KEY (person_id, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX timer_due ON timer (due_at);

-- Free text that nobody asked for: shown once to the claiming worker, then gone.
CREATE TABLE story (
    id        INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    words     TEXT NOT NULL
) STRICT;
CREATE INDEX story_person ON story (person_id);

CREATE TABLE seat (
    person_id   INTEGER PRIMARY KEY REFERENCES person (id) ON DELETE CASCADE,
    association TEXT NOT NULL,
    role        TEXT NOT NULL CHECK (role IN ('worker', 'lead', 'coordinator')),
    taken_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX seat_association ON seat (association, role);

CREATE TABLE invitation (
    code_hash   BLOB PRIMARY KEY,
    association TEXT NOT NULL,
    role        TEXT NOT NULL CHECK (role IN ('worker', 'lead', 'coordinator')),
    expires_at  INTEGER NOT NULL,
    used_at     INTEGER
) STRICT, WITHOUT ROWID;

-- A group of an association's workers: gets bare notices only.
CREATE TABLE staff_group (
    chat_id     INTEGER PRIMARY KEY,
    association TEXT NOT NULL
) STRICT;

CREATE TABLE cases (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    reference        TEXT NOT NULL UNIQUE,
    association      TEXT NOT NULL,
    status           TEXT NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'claimed', 'withdrawn')),
    source           TEXT NOT NULL CHECK (source IN ('parent')),
    opened_at        INTEGER NOT NULL,
    first_meeting_by TEXT NOT NULL,
    lead_worker      INTEGER REFERENCES person (id) ON DELETE SET NULL,
    claimed_at       INTEGER,
    closed_at        INTEGER,
    CHECK (status <> 'waiting' OR (lead_worker IS NULL AND claimed_at IS NULL)),
    CHECK ((status = 'withdrawn') = (closed_at IS NOT NULL))
) STRICT;
CREATE INDEX cases_queue ON cases (association, first_meeting_by) WHERE status = 'waiting';
CREATE INDEX cases_worker ON cases (lead_worker) WHERE status = 'claimed';

-- A parent's part in a case, with what that parent told. It goes when the parent does; the case stays as a count.
CREATE TABLE party (
    case_id       INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    person_id     INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    phone_safe    TEXT NOT NULL CHECK (phone_safe IN ('yes', 'unsure', 'no', 'skipped')),
    afraid        TEXT NOT NULL CHECK (afraid IN ('no', 'sometimes', 'yes', 'rather_not', 'skipped')),
    contact_other TEXT NOT NULL CHECK (contact_other IN ('yes', 'talk_first', 'not_yet', 'not_safe', 'skipped')),
    start_wish    TEXT NOT NULL CHECK (start_wish IN ('separate', 'joint', 'unsure')),
    answers       TEXT NOT NULL CHECK (json_valid(answers)),
    PRIMARY KEY (case_id, person_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX party_person ON party (person_id);

-- What happened to a case, without content: every count can be derived from it.
CREATE TABLE case_event (
    id      INTEGER PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    at      INTEGER NOT NULL,
    name    TEXT NOT NULL CHECK (name IN ('opened', 'changed', 'claimed', 'withdrawn'))
) STRICT;
CREATE INDEX case_event_case ON case_event (case_id);

-- Who looked at or did what, without content.
CREATE TABLE audit (
    id        INTEGER PRIMARY KEY,
    at        INTEGER NOT NULL,
    person_id INTEGER,
    action    TEXT NOT NULL,
    case_id   INTEGER
) STRICT;

-- The button of a notice: random, bound to one person and one case.
CREATE TABLE notice_button (
    nonce     TEXT PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    case_id   INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    made_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    chat_id    INTEGER NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('prompt', 'notice', 'story', 'farewell', 'cleaning')),
    priority   INTEGER NOT NULL,                         -- 0 safety, 1 answers, 2 notices, 3 surveys, 4 cleaning
    policy     TEXT NOT NULL CHECK (policy IN ('at_least_once', 'at_most_once')),
    method     TEXT NOT NULL,
    params     TEXT CHECK (params IS NULL OR json_valid(params)),
    status     TEXT NOT NULL DEFAULT 'waiting'
               CHECK (status IN ('waiting', 'sending', 'sent', 'unknown', 'dead', 'blocked')),
    not_before INTEGER NOT NULL,
    attempts   INTEGER NOT NULL DEFAULT 0,
    made_at    INTEGER NOT NULL,
    error      TEXT,                                     -- the kind of error, never its words
    CHECK (status IN ('waiting', 'sending') OR params IS NULL)
) STRICT;
CREATE INDEX outbox_waiting ON outbox (chat_id, priority, id) WHERE status = 'waiting';
CREATE INDEX outbox_sending ON outbox (chat_id) WHERE status = 'sending';

-- Telegram asked to wait: nothing goes to this chat before that.
CREATE TABLE chat_hold (
    chat_id INTEGER PRIMARY KEY,
    until   INTEGER NOT NULL
) STRICT;

-- Ids of the messages that stand in a chat, kept only for cleaning it before Telegram's 48-hour limit.
CREATE TABLE message (
    chat_id    INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('theirs', 'prompt', 'notice', 'story', 'farewell')),
    seen_at    INTEGER NOT NULL,
    PRIMARY KEY (chat_id, message_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_age ON message (seen_at);
