-- A cancelled cohort's enrollments are gone through by pages: the index gives them in the order of their ids.
DROP INDEX lms_enrollments_by_cohort;

CREATE INDEX lms_enrollments_by_cohort ON lms_enrollments (cohort_id,status,id);
