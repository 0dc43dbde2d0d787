-- One review a learner and course.
CREATE TABLE lms_course_reviews (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  deleted_at integer,
  version integer NOT NULL,
  course_id text NOT NULL,
  enrollment_id text NOT NULL,
  learner_id text NOT NULL,
  rating integer NOT NULL,
  comment text,
  status text NOT NULL,
  FOREIGN KEY (course_id) REFERENCES lms_courses(id) ON UPDATE no action ON DELETE no action,
  CONSTRAINT "lms_course_reviews_rating" CHECK(rating BETWEEN 1 AND 5),
  CONSTRAINT "lms_course_reviews_status" CHECK(status IN ('visible', 'hidden'))
);

CREATE UNIQUE INDEX lms_course_reviews_learner ON lms_course_reviews (organization_id,learner_id,course_id);

CREATE INDEX lms_course_reviews_by_course ON lms_course_reviews (course_id,status,id);
