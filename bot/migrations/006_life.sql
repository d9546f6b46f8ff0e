-- The life of a case is one state machine (conversations/life.py): its stage replaces the status, which follows from it.
CREATE TABLE new_cases (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    reference        TEXT NOT NULL UNIQUE,
    association      TEXT NOT NULL,
    stage            TEXT NOT NULL DEFAULT 'waiting' CHECK (stage IN ('waiting', 'claimed', 'in_contact', 'agreed',
                     'meeting', 'closing', 'closed', 'withdrawn', 'not_started')),
    status           TEXT NOT NULL GENERATED ALWAYS AS (CASE WHEN stage IN ('claimed', 'in_contact', 'agreed', 'meeting',
                     'closing') THEN 'claimed' ELSE stage END) VIRTUAL,
    source           TEXT NOT NULL CHECK (source IN ('parent', 'professional')),
    sector           TEXT,
    risk             INTEGER NOT NULL DEFAULT 0 CHECK (risk IN (0, 1)),
    opened_at        INTEGER NOT NULL,
    first_meeting_by TEXT NOT NULL,
    claimed_at       INTEGER,
    closed_at        INTEGER,
    reason           TEXT,                               -- why it ended
    CHECK (stage <> 'waiting' OR claimed_at IS NULL),
    CHECK ((stage IN ('closed', 'withdrawn', 'not_started')) = (closed_at IS NOT NULL)),
    CHECK ((source = 'professional') = (sector IS NOT NULL))
) STRICT;
-- Of cases with a worker the stage follows from their log since the last claim.
INSERT INTO new_cases (id, reference, association, stage, source, sector, risk, opened_at, first_meeting_by, claimed_at,
    closed_at, reason)
SELECT id, reference, association,
    CASE WHEN status <> 'claimed' THEN status ELSE coalesce((
        SELECT CASE e.name WHEN 'agreed' THEN 'agreed' ELSE 'in_contact' END FROM case_event e
        WHERE e.case_id=cases.id AND e.name IN ('reached', 'agreed', 'not_agreed') AND NOT (e.name='reached' AND EXISTS (
            SELECT 1 FROM case_event a WHERE a.case_id=e.case_id AND a.name='agreed' AND a.id < e.id AND a.id > (
                SELECT max(n.id) FROM case_event n WHERE n.case_id=e.case_id
                AND n.name IN ('opened', 'claimed', 'not_agreed') AND n.id < e.id)))
        AND e.id > (SELECT max(c.id) FROM case_event c WHERE c.case_id=cases.id AND c.name='claimed')
        ORDER BY e.id DESC LIMIT 1), 'claimed') END,
    source, sector, risk, opened_at, first_meeting_by, claimed_at, closed_at, reason
FROM cases;
DROP TABLE cases;
ALTER TABLE new_cases RENAME TO cases;
CREATE INDEX cases_queue ON cases (association, risk DESC, first_meeting_by, id) WHERE status = 'waiting';
CREATE INDEX cases_newest ON cases (association, opened_at DESC, id DESC) WHERE status = 'waiting';
CREATE INDEX cases_claimed ON cases (association, first_meeting_by) WHERE status = 'claimed';
