-- When a worker is at work. Without a row the association's working hours hold, Monday to Friday.
-- A plan goes with the seat, and so with the person.

-- The usual week. Minutes of the day in Finland's time; none: not at work on this weekday.
CREATE TABLE week_plan (
    person_id INTEGER NOT NULL REFERENCES seat (person_id) ON DELETE CASCADE,
    weekday   INTEGER NOT NULL CHECK (weekday BETWEEN 0 AND 6),   -- Monday is 0
    opens     INTEGER,
    closes    INTEGER,
    PRIMARY KEY (person_id, weekday),
    CHECK ((opens IS NULL) = (closes IS NULL)),
    CHECK (opens IS NULL OR (0 <= opens AND opens < closes AND closes <= 1440))
) STRICT, WITHOUT ROWID;

-- Single dates that differ from the week, public holidays too. Gone when the day is over.
CREATE TABLE day_plan (
    person_id INTEGER NOT NULL REFERENCES seat (person_id) ON DELETE CASCADE,
    day       TEXT NOT NULL CHECK (day IS date(day, '+0 days')),
    opens     INTEGER,
    closes    INTEGER,
    PRIMARY KEY (person_id, day),
    CHECK ((opens IS NULL) = (closes IS NULL)),
    CHECK (opens IS NULL OR (0 <= opens AND opens < closes AND closes <= 1440))
) STRICT, WITHOUT ROWID;
