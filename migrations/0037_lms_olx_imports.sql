-- Bundles of other systems that are to become courses: how far each is, and what could not come along.
CREATE TABLE lms_olx_imports (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  deleted_at integer,
  file_id text NOT NULL,
  requested_by text NOT NULL,
  state text NOT NULL,
  progress_percent integer NOT NULL,
  course_id text,
  issues text NOT NULL,
  completed_at integer,
  CONSTRAINT "lms_olx_imports_state" CHECK(state IN ('pending', 'running', 'succeeded', 'failed')),
  CONSTRAINT "lms_olx_imports_progress" CHECK(progress_percent BETWEEN 0 AND 100)
);

CREATE INDEX lms_olx_imports_by_member ON lms_olx_imports (organization_id,requested_by,id);
