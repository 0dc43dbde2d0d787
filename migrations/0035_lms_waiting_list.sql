-- Who waits for a seat of a full cohort: its object gives the places, and is rebuilt of these rows when it is lost.
CREATE TABLE lms_waiting_list (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  deleted_at integer,
  cohort_id text NOT NULL,
  course_id text NOT NULL,
  learner_id text NOT NULL,
  place integer NOT NULL,
  FOREIGN KEY (cohort_id) REFERENCES lms_cohorts(id) ON UPDATE no action ON DELETE no action
);

CREATE UNIQUE INDEX lms_waiting_list_learner ON lms_waiting_list (cohort_id,learner_id);

CREATE INDEX lms_waiting_list_in_order ON lms_waiting_list (cohort_id,place,id);

CREATE INDEX lms_waiting_list_of_learner ON lms_waiting_list (organization_id,learner_id,course_id,id);
