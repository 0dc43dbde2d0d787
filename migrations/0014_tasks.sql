-- Whatever leaves the database is a task; what keeps failing is a dead letter.
CREATE TABLE lms_tasks (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  kind text NOT NULL,
  subject text NOT NULL,
  state text NOT NULL,
  step text NOT NULL,
  payload text NOT NULL,
  attempts integer DEFAULT 0 NOT NULL,
  next_at integer NOT NULL,
  lease text,
  leased_until integer,
  relayed_at integer,
  error text,
  correlation_id text NOT NULL,
  causation_id text,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  CONSTRAINT "lms_tasks_state" CHECK(state IN ('ready', 'done', 'dead'))
);

CREATE INDEX lms_tasks_ready ON lms_tasks (next_at) WHERE state = 'ready';

CREATE INDEX lms_tasks_by_subject ON lms_tasks (organization_id,kind,subject);

CREATE TABLE lms_dead_letters (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  event_id text,
  listener text,
  task_id text,
  state text NOT NULL,
  attempts integer NOT NULL,
  error text NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  CONSTRAINT "lms_dead_letters_state" CHECK(state IN ('failing', 'dead', 'retried'))
);

CREATE UNIQUE INDEX lms_dead_letters_listener ON lms_dead_letters (event_id,listener);

CREATE UNIQUE INDEX lms_dead_letters_task ON lms_dead_letters (task_id);

CREATE INDEX lms_dead_letters_by_state ON lms_dead_letters (organization_id,state,id);

CREATE TABLE lms_idempotency (
  organization_id text NOT NULL,
  actor_id text NOT NULL,
  command text NOT NULL,
  key text NOT NULL,
  request_hash text NOT NULL,
  status integer NOT NULL,
  answer text NOT NULL,
  created_at integer NOT NULL,
  PRIMARY KEY(organization_id, actor_id, command, key)
);

CREATE INDEX lms_idempotency_by_age ON lms_idempotency (created_at);
