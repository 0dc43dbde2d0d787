-- Uploads: pending until the bytes are in the bucket.
CREATE TABLE lms_files (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  deleted_at integer,
  version integer NOT NULL,
  key text NOT NULL,
  owner_id text NOT NULL,
  name text NOT NULL,
  content_type text NOT NULL,
  size integer NOT NULL,
  sha256 text NOT NULL,
  purpose text NOT NULL,
  status text NOT NULL,
  attached_to text,
  CONSTRAINT "lms_files_status" CHECK(status IN ('pending', 'ready'))
);

CREATE UNIQUE INDEX lms_files_key ON lms_files (key);

CREATE INDEX lms_files_by_owner ON lms_files (organization_id,owner_id,id);

CREATE INDEX lms_files_attached ON lms_files (organization_id,attached_to);
