-- The promise of the first meeting is given anew when a parent comes back, and counted for each opening of a case.
CREATE TABLE new_promise (
    case_id     INTEGER NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    opening     INTEGER NOT NULL CHECK (opening >= 0),  -- how often the case had been opened again
    association TEXT NOT NULL,
    kept        INTEGER NOT NULL CHECK (kept IN (0, 1)),
    PRIMARY KEY (case_id, opening)
) STRICT, WITHOUT ROWID;
INSERT INTO new_promise SELECT case_id, 0, association, kept FROM promise;
DROP TABLE promise;
ALTER TABLE new_promise RENAME TO promise;
CREATE INDEX promise_association ON promise (association);

-- That a meeting is not recorded is said once more.
CREATE TABLE new_meeting_due (
    meeting_id INTEGER NOT NULL REFERENCES meeting (id) ON DELETE CASCADE,
    kind       TEXT NOT NULL CHECK (kind IN ('decide', 'ask_again', 'silent', 'over', 'day_before', 'soon', 'record',
               'record_again')),
    due_at     INTEGER NOT NULL,
    PRIMARY KEY (meeting_id, kind)
) STRICT, WITHOUT ROWID;
INSERT INTO new_meeting_due SELECT meeting_id, kind, due_at FROM meeting_due;
DROP TABLE meeting_due;
ALTER TABLE new_meeting_due RENAME TO meeting_due;
CREATE INDEX meeting_due_at ON meeting_due (due_at);
