-- At most one unrevoked certificate an enrollment, found by its code alone.
CREATE TABLE lms_certificates (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  deleted_at integer,
  version integer NOT NULL,
  enrollment_id text NOT NULL,
  learner_id text NOT NULL,
  course_id text NOT NULL,
  verification_code text NOT NULL,
  issued_at integer NOT NULL,
  expires_at integer,
  document_key text,
  revoked integer DEFAULT false NOT NULL,
  revoked_reason text,
  revoked_by text,
  revoked_at integer
);

CREATE UNIQUE INDEX lms_certificates_code ON lms_certificates (verification_code);

CREATE UNIQUE INDEX lms_certificates_enrollment ON lms_certificates (enrollment_id) WHERE revoked = 0;

CREATE INDEX lms_certificates_by_learner ON lms_certificates (organization_id,learner_id,id);

CREATE INDEX lms_certificates_all ON lms_certificates (organization_id,id);

CREATE INDEX lms_certificates_expiring ON lms_certificates (expires_at) WHERE revoked = 0;
