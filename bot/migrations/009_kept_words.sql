-- The words about a parent wait with them after the end, as long as they can come back: the end rating needs the goals,
-- and the workers find what they left. They go when neither a party nor a former one is there whom they are about.

DROP TRIGGER words_go_with_a_parent;

CREATE TRIGGER questions_go_with_a_parent AFTER DELETE ON party BEGIN
    DELETE FROM goal_offer
    WHERE person_id = OLD.person_id AND goal_id IN (SELECT id FROM goal WHERE case_id = OLD.case_id);
END;

CREATE VIEW there AS
    SELECT case_id, number FROM party UNION ALL SELECT case_id, number FROM former;

CREATE TRIGGER words_go_with_a_parent AFTER DELETE ON party
WHEN NOT EXISTS (SELECT 1 FROM there WHERE case_id = OLD.case_id AND number = OLD.number) BEGIN
    DELETE FROM note WHERE case_id = OLD.case_id AND parent IN (0, OLD.number);
    UPDATE goal SET words = NULL, ended = 1 WHERE case_id = OLD.case_id
    AND (parent = OLD.number OR NOT EXISTS (SELECT 1 FROM there WHERE case_id = OLD.case_id));
END;

-- What was the goal of both is that of the one who stays: whoever comes later has agreed to nothing.
CREATE TRIGGER words_go_with_a_former_party AFTER DELETE ON former
WHEN NOT EXISTS (SELECT 1 FROM there WHERE case_id = OLD.case_id AND number = OLD.number) BEGIN
    DELETE FROM note WHERE case_id = OLD.case_id AND parent IN (0, OLD.number);
    UPDATE goal SET parent = 3 - OLD.number WHERE case_id = OLD.case_id AND parent = 0 AND ended = 0
    AND EXISTS (SELECT 1 FROM there WHERE case_id = OLD.case_id);
    UPDATE goal SET words = NULL, ended = 1 WHERE case_id = OLD.case_id
    AND (parent = OLD.number OR NOT EXISTS (SELECT 1 FROM there WHERE case_id = OLD.case_id));
END;
