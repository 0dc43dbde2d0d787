-- Categories form a tree: a course is filed under one of them.
CREATE TABLE lms_categories (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  deleted_at integer,
  version integer NOT NULL,
  name text NOT NULL,
  slug text NOT NULL,
  parent_id text,
  description text DEFAULT '' NOT NULL,
  position integer DEFAULT 0 NOT NULL,
  status text NOT NULL,
  CONSTRAINT "lms_categories_status" CHECK(status IN ('active', 'inactive'))
);

CREATE UNIQUE INDEX lms_categories_slug ON lms_categories (organization_id,slug) WHERE deleted_at IS NULL;

CREATE INDEX lms_categories_listed ON lms_categories (organization_id,position,id) WHERE deleted_at IS NULL;

CREATE INDEX lms_categories_by_status ON lms_categories (organization_id,status,position,id) WHERE deleted_at IS NULL;

CREATE INDEX lms_categories_by_parent ON lms_categories (organization_id,parent_id,position,id) WHERE deleted_at IS NULL;
