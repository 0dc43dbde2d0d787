-- Submissions are append-only: each attempt is a row of its own.
CREATE TABLE lms_submissions (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  deleted_at integer,
  version integer NOT NULL,
  assignment_id text NOT NULL,
  enrollment_id text NOT NULL,
  learner_id text NOT NULL,
  attempt_number integer NOT NULL,
  status text NOT NULL,
  content text,
  attachments text NOT NULL,
  score real,
  penalty_pct real,
  is_late integer DEFAULT false NOT NULL,
  rubric_scores text,
  feedback text,
  graded_by text,
  submitted_at integer NOT NULL,
  graded_at integer,
  returned_at integer,
  CONSTRAINT "lms_submissions_status" CHECK(status IN ('submitted', 'late', 'grading', 'graded', 'returned'))
);

CREATE UNIQUE INDEX lms_submissions_attempt ON lms_submissions (assignment_id,enrollment_id,attempt_number);

CREATE INDEX lms_submissions_by_assignment ON lms_submissions (organization_id,assignment_id,status,id);

CREATE INDEX lms_submissions_by_learner ON lms_submissions (organization_id,learner_id,id);

CREATE TABLE lms_peer_reviews (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  deleted_at integer,
  submission_id text NOT NULL,
  reviewer_id text NOT NULL,
  score real,
  rubric_scores text,
  comment text,
  FOREIGN KEY (submission_id) REFERENCES lms_submissions(id) ON UPDATE no action ON DELETE no action
);

CREATE UNIQUE INDEX lms_peer_reviews_reviewer ON lms_peer_reviews (submission_id,reviewer_id);

CREATE INDEX lms_peer_reviews_by_reviewer ON lms_peer_reviews (organization_id,reviewer_id,id);
