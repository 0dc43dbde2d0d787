-- Cohorts run a course between two dates of a time zone, for so many seats.
CREATE TABLE lms_cohorts (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  deleted_at integer,
  version integer NOT NULL,
  course_id text NOT NULL,
  name text NOT NULL,
  instructor_id text NOT NULL,
  start_date text NOT NULL,
  end_date text NOT NULL,
  capacity integer NOT NULL,
  timezone text NOT NULL,
  status text NOT NULL,
  activated_at integer,
  completed_at integer,
  cancelled_at integer,
  cancel_reason text,
  move_to text,
  CONSTRAINT "lms_cohorts_status" CHECK(status IN ('scheduled', 'active', 'completed', 'cancelled')),
  CONSTRAINT "lms_cohorts_capacity" CHECK(capacity > 0),
  CONSTRAINT "lms_cohorts_dates" CHECK(start_date <= end_date)
);

CREATE INDEX lms_cohorts_by_course ON lms_cohorts (organization_id,course_id,status,id);

CREATE INDEX lms_cohorts_by_instructor ON lms_cohorts (organization_id,instructor_id,id);

CREATE INDEX lms_cohorts_by_status ON lms_cohorts (status,start_date);

CREATE TABLE lms_announcements (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  deleted_at integer,
  cohort_id text NOT NULL,
  author_id text NOT NULL,
  body text NOT NULL,
  FOREIGN KEY (cohort_id) REFERENCES lms_cohorts(id) ON UPDATE no action ON DELETE no action
);

CREATE INDEX lms_announcements_by_cohort ON lms_announcements (cohort_id,id);
