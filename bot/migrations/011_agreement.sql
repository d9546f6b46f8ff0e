-- What is recorded of a held meeting besides: which parents have agreed to a family meeting, and the reason's id of
-- everything unusual. So it can be read and corrected as it was recorded.

ALTER TABLE meeting ADD COLUMN agreed_by TEXT CHECK (agreed_by IS NULL OR json_valid(agreed_by));  -- roles, never names
ALTER TABLE meeting ADD COLUMN reasons TEXT CHECK (reasons IS NULL OR json_valid(reasons));

-- The button of a notice that asks to record a meeting leads to the form of that meeting.
ALTER TABLE notice_button ADD COLUMN meeting_id INTEGER REFERENCES meeting (id) ON DELETE SET NULL;
