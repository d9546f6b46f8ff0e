-- Which meeting an event is about. When a case is split, the event stays with its meeting, so that what was held can be
-- counted from the log of either case.

ALTER TABLE case_event ADD COLUMN meeting INTEGER REFERENCES meeting (id) ON DELETE SET NULL;
CREATE INDEX case_event_meeting ON case_event (meeting) WHERE meeting IS NOT NULL;
