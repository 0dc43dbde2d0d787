-- An organization's own words, a mail's headers, and the learners of a cohort in the order in which they are told.
CREATE TABLE lms_notification_templates (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  kind text NOT NULL,
  language text NOT NULL,
  subject text NOT NULL,
  text text NOT NULL,
  html text,
  updated_by text NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  CONSTRAINT "lms_notification_templates_language" CHECK(language IN ('en', 'ru'))
);

CREATE UNIQUE INDEX lms_notification_templates_key ON lms_notification_templates (organization_id,kind,language);

ALTER TABLE lms_mailbox ADD COLUMN headers text DEFAULT '{}' NOT NULL;

CREATE INDEX lms_enrollments_in_cohort ON lms_enrollments (organization_id,cohort_id,id) WHERE cohort_id IS NOT NULL;
