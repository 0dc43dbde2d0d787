-- Learners are listed apart from those who only teach or administer.
CREATE INDEX lms_members_learners ON lms_members (organization_id,id) WHERE instr(roles, '"learner"') > 0;
