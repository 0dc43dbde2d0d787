-- A bundle that no publication needs any more goes: those that still lie in the bucket are few, the history is long.
CREATE INDEX lms_import_jobs_bundles ON lms_import_jobs (organization_id,course_id) WHERE bundle_key IS NOT NULL;
