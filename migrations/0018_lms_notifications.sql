-- In-app notices, and the permanent ledger of what was sent to whom, which keeps everybody from being told twice.
CREATE TABLE lms_sends (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  kind text NOT NULL,
  subject text NOT NULL,
  recipient_id text NOT NULL,
  threshold integer DEFAULT 0 NOT NULL,
  due_at integer DEFAULT 0 NOT NULL,
  channel text NOT NULL,
  event_id text,
  sent_at integer NOT NULL,
  CONSTRAINT "lms_sends_channel" CHECK(channel IN ('trigger', 'in-app', 'email'))
);

CREATE UNIQUE INDEX lms_sends_key ON lms_sends (organization_id,kind,subject,recipient_id,threshold,due_at,channel);

CREATE INDEX lms_sends_by_recipient ON lms_sends (organization_id,recipient_id,id);

CREATE TABLE lms_notifications (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  member_id text NOT NULL,
  kind text NOT NULL,
  subject text NOT NULL,
  payload text NOT NULL,
  read_at integer,
  created_at integer NOT NULL
);

CREATE INDEX lms_notifications_by_member ON lms_notifications (organization_id,member_id,id);

CREATE INDEX lms_notifications_unread ON lms_notifications (organization_id,member_id,id) WHERE read_at IS NULL;

-- Reviewers and admins are found without a walk over the learners.
CREATE INDEX lms_members_staff ON lms_members (organization_id,id) WHERE roles NOT IN ('["learner"]', '[]');
