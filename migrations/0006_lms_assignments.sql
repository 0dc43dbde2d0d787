-- Assignments, and the questions and attempts of quizzes, which belong to the server.
CREATE TABLE lms_assignments (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  deleted_at integer,
  version integer NOT NULL,
  course_id text NOT NULL,
  module_id text,
  title text NOT NULL,
  instructions text NOT NULL,
  type text NOT NULL,
  max_score integer NOT NULL,
  passing_score integer NOT NULL,
  max_attempts integer,
  allow_late_submission integer DEFAULT false NOT NULL,
  late_penalty_pct real DEFAULT 0 NOT NULL,
  due_hours_after_enrollment integer,
  absolute_due_date integer,
  rubric text,
  peers integer,
  CONSTRAINT "lms_assignments_type" CHECK(type IN ('quiz', 'file-upload', 'text-response', 'peer-review', 'project')),
  CONSTRAINT "lms_assignments_score" CHECK(passing_score BETWEEN 0 AND max_score)
);

CREATE INDEX lms_assignments_by_course ON lms_assignments (organization_id,course_id,id);

CREATE INDEX lms_assignments_by_module ON lms_assignments (module_id);

CREATE TABLE lms_quiz_questions (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  deleted_at integer,
  module_id text,
  section_id text,
  assignment_id text,
  position integer NOT NULL,
  kind text NOT NULL,
  prompt text NOT NULL,
  options text,
  answer text NOT NULL,
  points real NOT NULL,
  explanation text,
  CONSTRAINT "lms_quiz_questions_owner" CHECK((module_id IS NOT NULL) + (section_id IS NOT NULL) + (assignment_id IS NOT NULL) = 1),
  CONSTRAINT "lms_quiz_questions_kind" CHECK(kind IN ('single', 'multiple', 'true-false', 'short-text', 'numeric'))
);

CREATE INDEX lms_quiz_questions_by_module ON lms_quiz_questions (module_id,position);

CREATE INDEX lms_quiz_questions_by_section ON lms_quiz_questions (section_id,position);

CREATE INDEX lms_quiz_questions_by_assignment ON lms_quiz_questions (assignment_id,position);

CREATE TABLE lms_quiz_attempts (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  deleted_at integer,
  enrollment_id text NOT NULL,
  module_id text,
  section_id text,
  assignment_id text,
  attempt_number integer NOT NULL,
  status text NOT NULL,
  seed integer NOT NULL,
  paper text NOT NULL,
  answers text NOT NULL,
  score real,
  max_score real,
  passed integer,
  started_at integer NOT NULL,
  deadline_at integer,
  submitted_at integer,
  CONSTRAINT "lms_quiz_attempts_status" CHECK(status IN ('open', 'submitted', 'graded'))
);

CREATE UNIQUE INDEX lms_quiz_attempts_number ON lms_quiz_attempts (enrollment_id,coalesce(module_id, section_id, assignment_id),attempt_number);

CREATE INDEX lms_quiz_attempts_overdue ON lms_quiz_attempts (deadline_at) WHERE status = 'open';
