-- Connections to other learning systems with their sealed secrets, and the jobs that publish courses there.
CREATE TABLE lms_configurations (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  deleted_at integer,
  version integer NOT NULL,
  type text NOT NULL,
  name text NOT NULL,
  description text,
  lms_url text NOT NULL,
  studio_url text NOT NULL,
  client_id text NOT NULL,
  client_secret text NOT NULL,
  default_org text NOT NULL,
  default_run text DEFAULT 'self_paced' NOT NULL,
  auto_create_course integer DEFAULT true NOT NULL,
  import_timeout_seconds integer DEFAULT 300 NOT NULL,
  max_retries integer DEFAULT 3 NOT NULL,
  is_active integer DEFAULT true NOT NULL,
  last_connection_test integer,
  last_connection_status text,
  faults_in_row integer DEFAULT 0 NOT NULL,
  open_until integer,
  created_by text,
  CONSTRAINT "lms_configurations_type" CHECK(type IN ('openedx', 'moodle', 'canvas')),
  CONSTRAINT "lms_configurations_urls" CHECK(lms_url GLOB 'http*://*' AND studio_url GLOB 'http*://*'),
  CONSTRAINT "lms_configurations_timeout" CHECK(import_timeout_seconds BETWEEN 30 AND 600),
  CONSTRAINT "lms_configurations_retries" CHECK(max_retries BETWEEN 1 AND 5),
  CONSTRAINT "lms_configurations_status" CHECK(last_connection_status IN ('success', 'failed', 'pending'))
);

CREATE UNIQUE INDEX lms_configurations_name ON lms_configurations (organization_id,name) WHERE deleted_at IS NULL;

CREATE INDEX lms_configurations_listed ON lms_configurations (organization_id,id) WHERE deleted_at IS NULL;

CREATE TABLE lms_import_jobs (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  deleted_at integer,
  version integer NOT NULL,
  course_id text NOT NULL,
  lms_configuration_id text NOT NULL,
  operation text NOT NULL,
  edx_course_key text NOT NULL,
  edx_task_id text,
  status text NOT NULL,
  progress_percent integer DEFAULT 0 NOT NULL,
  file_name text,
  bundle_key text,
  bundle_sha256 text,
  upload_started_at integer,
  started_at integer,
  completed_at integer,
  duration_ms integer,
  error_code text,
  error_message text,
  error_details text,
  course_url text,
  studio_url text,
  metadata text NOT NULL,
  created_by text,
  CONSTRAINT "lms_import_jobs_status" CHECK(status IN ('pending', 'uploading', 'processing', 'succeeded', 'failed')),
  CONSTRAINT "lms_import_jobs_operation" CHECK(operation IN ('publish', 'empty')),
  CONSTRAINT "lms_import_jobs_progress" CHECK(progress_percent BETWEEN 0 AND 100)
);

CREATE UNIQUE INDEX lms_import_jobs_active ON lms_import_jobs (course_id) WHERE status IN ('pending', 'uploading', 'processing');

CREATE INDEX lms_import_jobs_listed ON lms_import_jobs (organization_id,id);

CREATE INDEX lms_import_jobs_by_status ON lms_import_jobs (organization_id,status,id);

CREATE INDEX lms_import_jobs_by_course ON lms_import_jobs (organization_id,course_id,id);

CREATE INDEX lms_import_jobs_by_configuration ON lms_import_jobs (organization_id,lms_configuration_id,id);
