-- A learner's data in one file, and indexes that find what is a person's where none did.
CREATE TABLE lms_exports (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  deleted_at integer,
  learner_id text NOT NULL,
  requested_by text NOT NULL,
  state text NOT NULL,
  parts_done integer NOT NULL,
  parts_total integer NOT NULL,
  key text,
  size integer,
  ready_at integer,
  expires_at integer,
  CONSTRAINT "lms_exports_state" CHECK(state IN ('pending', 'ready', 'failed', 'expired'))
);

CREATE INDEX lms_exports_by_learner ON lms_exports (organization_id,learner_id,id);

CREATE UNIQUE INDEX lms_exports_pending ON lms_exports (organization_id,learner_id) WHERE state = 'pending';

CREATE INDEX lms_payments_by_learner ON lms_payments (organization_id,learner_id,id);

CREATE INDEX lms_announcements_by_author ON lms_announcements (organization_id,author_id,id);
