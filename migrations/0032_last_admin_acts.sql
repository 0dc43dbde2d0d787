-- A suspended lms-admin administers nothing, so it is none that an organization could be left to.
DROP TRIGGER member_last_admin_stays;
DROP TRIGGER member_last_admin_keeps;

CREATE TRIGGER member_last_admin_stays BEFORE DELETE ON member WHEN instr(',' || OLD.role || ',', ',lms-admin,') > 0
BEGIN
  SELECT RAISE(ABORT, 'LAST_LMS_ADMIN') WHERE NOT EXISTS (
    SELECT 1 FROM member AS other
    WHERE other.organization_id = OLD.organization_id AND other.id <> OLD.id
      AND instr(',' || other.role || ',', ',lms-admin,') > 0
      AND NOT EXISTS (SELECT 1 FROM lms_members WHERE lms_members.organization_id = other.organization_id
        AND lms_members.user_id = other.user_id AND lms_members.suspended_at IS NOT NULL)
  );
END;

CREATE TRIGGER member_last_admin_keeps BEFORE UPDATE OF role ON member WHEN instr(',' || OLD.role || ',', ',lms-admin,') > 0 AND instr(',' || NEW.role || ',', ',lms-admin,') = 0
BEGIN
  SELECT RAISE(ABORT, 'LAST_LMS_ADMIN') WHERE NOT EXISTS (
    SELECT 1 FROM member AS other
    WHERE other.organization_id = OLD.organization_id AND other.id <> OLD.id
      AND instr(',' || other.role || ',', ',lms-admin,') > 0
      AND NOT EXISTS (SELECT 1 FROM lms_members WHERE lms_members.organization_id = other.organization_id
        AND lms_members.user_id = other.user_id AND lms_members.suspended_at IS NOT NULL)
  );
END;
