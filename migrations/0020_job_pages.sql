-- Each scheduled job pages by its date and the id, over all organizations.
DROP INDEX lms_live_sessions_ahead;

CREATE INDEX lms_live_sessions_ahead ON lms_live_sessions (scheduled_at,id) WHERE status = 'scheduled';

DROP INDEX lms_enrollments_expiring;

CREATE INDEX lms_enrollments_expiring ON lms_enrollments (expires_at,id) WHERE status = 'active';

CREATE INDEX lms_enrollments_untouched ON lms_enrollments (coalesce(last_accessed_at, activated_at, enrolled_at),id) WHERE status = 'active';

DROP INDEX lms_certificates_expiring;

CREATE INDEX lms_certificates_expiring ON lms_certificates (expires_at,id) WHERE revoked = 0;

DROP INDEX lms_cohorts_by_status;

CREATE INDEX lms_cohorts_starting ON lms_cohorts (start_date,id) WHERE status = 'scheduled';

CREATE INDEX lms_cohorts_ending ON lms_cohorts (end_date,id) WHERE status = 'active';
