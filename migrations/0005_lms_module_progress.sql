-- Progress by module and section; no row means not started.
CREATE TABLE lms_module_progress (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  deleted_at integer,
  enrollment_id text NOT NULL,
  module_id text NOT NULL,
  learner_id text NOT NULL,
  course_id text NOT NULL,
  status text NOT NULL,
  progress_pct real DEFAULT 0 NOT NULL,
  position_sec integer DEFAULT 0 NOT NULL,
  watched_intervals text,
  current_section_id text,
  quiz_score real,
  attempts integer DEFAULT 0 NOT NULL,
  best_score real,
  time_spent_sec integer DEFAULT 0 NOT NULL,
  unlocked_at integer,
  started_at integer,
  completed_at integer,
  CONSTRAINT "lms_module_progress_status" CHECK(status IN ('not-started', 'in-progress', 'completed'))
);

CREATE UNIQUE INDEX lms_module_progress_module ON lms_module_progress (enrollment_id,module_id);

CREATE INDEX lms_module_progress_by_module ON lms_module_progress (organization_id,module_id,status);

CREATE TABLE lms_section_progress (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  deleted_at integer,
  enrollment_id text NOT NULL,
  section_id text NOT NULL,
  status text NOT NULL,
  score real,
  attempts integer DEFAULT 0 NOT NULL,
  time_spent_sec integer DEFAULT 0 NOT NULL,
  started_at integer,
  completed_at integer,
  interactions text,
  CONSTRAINT "lms_section_progress_status" CHECK(status IN ('not-started', 'in-progress', 'completed'))
);

CREATE UNIQUE INDEX lms_section_progress_section ON lms_section_progress (enrollment_id,section_id);
