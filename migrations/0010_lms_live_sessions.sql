-- Live sessions of a cohort, who was there, and the tickets that open a socket.
CREATE TABLE lms_live_sessions (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  deleted_at integer,
  version integer NOT NULL,
  cohort_id text NOT NULL,
  course_id text NOT NULL,
  instructor_id text NOT NULL,
  title text NOT NULL,
  scheduled_at integer NOT NULL,
  duration_minutes integer NOT NULL,
  provider text NOT NULL,
  meeting_id text,
  meeting_url text,
  recording_url text,
  status text NOT NULL,
  started_at integer,
  ended_at integer,
  cancelled_at integer,
  cancel_reason text,
  CONSTRAINT "lms_live_sessions_status" CHECK(status IN ('scheduled', 'live', 'ended', 'cancelled', 'recorded')),
  CONSTRAINT "lms_live_sessions_duration" CHECK(duration_minutes > 0)
);

CREATE INDEX lms_live_sessions_by_cohort ON lms_live_sessions (cohort_id,scheduled_at,id);

CREATE INDEX lms_live_sessions_ahead ON lms_live_sessions (scheduled_at) WHERE status = 'scheduled';

CREATE TABLE lms_session_attendance (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  deleted_at integer,
  session_id text NOT NULL,
  learner_id text NOT NULL,
  first_joined_at integer NOT NULL,
  last_left_at integer,
  seconds_present integer NOT NULL,
  joins integer NOT NULL,
  FOREIGN KEY (session_id) REFERENCES lms_live_sessions(id) ON UPDATE no action ON DELETE no action
);

CREATE UNIQUE INDEX lms_session_attendance_learner ON lms_session_attendance (session_id,learner_id);

CREATE TABLE lms_tickets (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  deleted_at integer,
  token_hash text NOT NULL,
  member_id text NOT NULL,
  session_id text,
  expires_at integer NOT NULL,
  used_at integer
);

CREATE UNIQUE INDEX lms_tickets_token_hash_unique ON lms_tickets (token_hash);

CREATE INDEX lms_tickets_by_age ON lms_tickets (expires_at);
