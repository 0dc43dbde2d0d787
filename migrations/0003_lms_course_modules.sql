-- What a course is made of: chapters group modules, modules have sections.
CREATE TABLE lms_course_chapters (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  deleted_at integer,
  course_id text NOT NULL,
  title text NOT NULL,
  position integer NOT NULL,
  url_name text,
  FOREIGN KEY (course_id) REFERENCES lms_courses(id) ON UPDATE no action ON DELETE no action
);

CREATE INDEX lms_course_chapters_by_course ON lms_course_chapters (course_id,position);

CREATE TABLE lms_course_modules (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  deleted_at integer,
  course_id text NOT NULL,
  chapter_id text,
  title text NOT NULL,
  description text DEFAULT '' NOT NULL,
  learning_objectives text NOT NULL,
  position integer NOT NULL,
  type text NOT NULL,
  content_ref text,
  content text,
  estimated_minutes integer,
  is_free integer DEFAULT false NOT NULL,
  is_published integer DEFAULT false NOT NULL,
  is_required integer DEFAULT true NOT NULL,
  required_previous integer DEFAULT false NOT NULL,
  minimum_seconds integer,
  mastery_score integer,
  url_name text,
  version integer NOT NULL,
  FOREIGN KEY (course_id) REFERENCES lms_courses(id) ON UPDATE no action ON DELETE no action,
  FOREIGN KEY (chapter_id) REFERENCES lms_course_chapters(id) ON UPDATE no action ON DELETE no action,
  CONSTRAINT "lms_course_modules_type" CHECK(type IN ('video', 'article', 'quiz', 'assignment', 'live-session', 'download'))
);

CREATE INDEX lms_course_modules_by_course ON lms_course_modules (course_id,position);

CREATE TABLE lms_module_sections (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  deleted_at integer,
  module_id text NOT NULL,
  title text NOT NULL,
  position integer NOT NULL,
  type text NOT NULL,
  content text,
  resources text NOT NULL,
  estimated_minutes integer,
  is_required integer DEFAULT true NOT NULL,
  url_name text,
  version integer NOT NULL,
  FOREIGN KEY (module_id) REFERENCES lms_course_modules(id) ON UPDATE no action ON DELETE no action,
  CONSTRAINT "lms_module_sections_type" CHECK(type IN ('text', 'video', 'quiz', 'exercise'))
);

CREATE INDEX lms_module_sections_by_module ON lms_module_sections (module_id,position);
