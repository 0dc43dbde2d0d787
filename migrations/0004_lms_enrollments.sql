-- One row a learner and course for ever: enrolling again takes the same one up.
CREATE TABLE lms_enrollments (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  deleted_at integer,
  version integer NOT NULL,
  learner_id text NOT NULL,
  course_id text NOT NULL,
  cohort_id text,
  status text NOT NULL,
  price_paid_amount integer NOT NULL,
  price_paid_currency text NOT NULL,
  completion_pct real DEFAULT 0 NOT NULL,
  enrolled_at integer NOT NULL,
  activated_at integer,
  completed_at integer,
  expires_at integer,
  cancelled_at integer,
  cancel_reason text,
  seat_until integer,
  last_accessed_at integer,
  reported_at integer,
  time_spent_sec integer DEFAULT 0 NOT NULL,
  source text NOT NULL,
  invited_by text,
  certificate_id text,
  CONSTRAINT "lms_enrollments_status" CHECK(status IN ('pending-payment', 'active', 'completed', 'expired', 'cancelled', 'refunded')),
  CONSTRAINT "lms_enrollments_pct" CHECK(completion_pct BETWEEN 0 AND 100),
  CONSTRAINT "lms_enrollments_price" CHECK(price_paid_amount >= 0)
);

CREATE UNIQUE INDEX lms_enrollments_learner ON lms_enrollments (organization_id,learner_id,course_id);

CREATE INDEX lms_enrollments_all ON lms_enrollments (organization_id,id);

CREATE INDEX lms_enrollments_by_status ON lms_enrollments (organization_id,status,id);

CREATE INDEX lms_enrollments_by_learner ON lms_enrollments (organization_id,learner_id,id);

CREATE INDEX lms_enrollments_by_learner_status ON lms_enrollments (organization_id,learner_id,status,id);

CREATE INDEX lms_enrollments_by_course ON lms_enrollments (organization_id,course_id,id);

CREATE INDEX lms_enrollments_by_course_status ON lms_enrollments (organization_id,course_id,status,id);

CREATE INDEX lms_enrollments_by_cohort ON lms_enrollments (cohort_id,status);

CREATE INDEX lms_enrollments_expiring ON lms_enrollments (expires_at) WHERE status = 'active';
