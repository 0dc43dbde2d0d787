-- Retention deletes by age, and due work is found by its date.
CREATE INDEX lms_tasks_done ON lms_tasks (updated_at) WHERE state = 'done';

CREATE INDEX lms_job_runs_by_age ON lms_job_runs (started_at);

CREATE INDEX lms_assignments_due ON lms_assignments (absolute_due_date,id) WHERE deleted_at IS NULL;

CREATE INDEX lms_assignments_due_after ON lms_assignments (due_hours_after_enrollment,id) WHERE deleted_at IS NULL;

CREATE INDEX lms_enrollments_started ON lms_enrollments (organization_id,course_id,coalesce(activated_at, enrolled_at),id) WHERE status = 'active';
