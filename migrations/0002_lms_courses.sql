-- Courses with what finds them: tags, full text, and the slugs they once had.
CREATE TABLE lms_courses (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  deleted_at integer,
  version integer NOT NULL,
  title text NOT NULL,
  slug text NOT NULL,
  description text DEFAULT '' NOT NULL,
  instructor_id text NOT NULL,
  category_id text,
  status text NOT NULL,
  type text NOT NULL,
  level text NOT NULL,
  price_amount integer,
  price_currency text,
  language text DEFAULT 'en' NOT NULL,
  learning_objectives text NOT NULL,
  prerequisites text NOT NULL,
  thumbnail_key text,
  is_featured integer DEFAULT false NOT NULL,
  estimated_minutes integer,
  completion_threshold integer DEFAULT 80 NOT NULL,
  enrollment_days integer,
  certificate_template text,
  verified_watching integer DEFAULT false NOT NULL,
  revision integer DEFAULT 0 NOT NULL,
  enrolled_count integer DEFAULT 0 NOT NULL,
  rating_average real,
  rating_count integer DEFAULT 0 NOT NULL,
  published_at integer,
  rejection_reason text,
  rejected_by text,
  rejected_at integer,
  CONSTRAINT "lms_courses_status" CHECK(status IN ('draft', 'under-review', 'published', 'archived')),
  CONSTRAINT "lms_courses_type" CHECK(type IN ('self-paced', 'cohort', 'live-only', 'hybrid')),
  CONSTRAINT "lms_courses_level" CHECK(level IN ('beginner', 'intermediate', 'advanced', 'all-levels')),
  CONSTRAINT "lms_courses_price" CHECK(price_amount IS NULL OR price_amount >= 0),
  CONSTRAINT "lms_courses_threshold" CHECK(completion_threshold BETWEEN 0 AND 100)
);

CREATE UNIQUE INDEX lms_courses_slug ON lms_courses (organization_id,slug) WHERE deleted_at IS NULL;

CREATE INDEX lms_courses_listed ON lms_courses (organization_id,status,id) WHERE deleted_at IS NULL;

CREATE INDEX lms_courses_all ON lms_courses (organization_id,id) WHERE deleted_at IS NULL;

CREATE INDEX lms_courses_by_level ON lms_courses (organization_id,status,level,id) WHERE deleted_at IS NULL;

CREATE INDEX lms_courses_by_type ON lms_courses (organization_id,status,type,id) WHERE deleted_at IS NULL;

CREATE INDEX lms_courses_by_category ON lms_courses (organization_id,status,category_id,id) WHERE deleted_at IS NULL;

CREATE INDEX lms_courses_by_instructor ON lms_courses (organization_id,instructor_id,status,id) WHERE deleted_at IS NULL;

CREATE INDEX lms_courses_of_instructor ON lms_courses (organization_id,instructor_id,id) WHERE deleted_at IS NULL;

CREATE INDEX lms_courses_of_category ON lms_courses (organization_id,category_id,id) WHERE deleted_at IS NULL;

CREATE INDEX lms_courses_by_language ON lms_courses (organization_id,status,language,id) WHERE deleted_at IS NULL;

CREATE INDEX lms_courses_featured ON lms_courses (organization_id,status,is_featured,id) WHERE deleted_at IS NULL;

CREATE INDEX lms_courses_by_price ON lms_courses (organization_id,status,price_amount,id) WHERE deleted_at IS NULL;

CREATE TABLE lms_course_tags (
  organization_id text NOT NULL,
  course_id text NOT NULL,
  tag text NOT NULL,
  PRIMARY KEY(course_id, tag),
  FOREIGN KEY (course_id) REFERENCES lms_courses(id) ON UPDATE no action ON DELETE no action
);

CREATE INDEX lms_course_tags_by_tag ON lms_course_tags (organization_id,tag,course_id);

CREATE TABLE lms_slugs (
  organization_id text NOT NULL,
  slug text NOT NULL,
  course_id text NOT NULL,
  created_at integer NOT NULL,
  PRIMARY KEY(organization_id, slug),
  FOREIGN KEY (course_id) REFERENCES lms_courses(id) ON UPDATE no action ON DELETE no action
);

CREATE INDEX lms_slugs_by_course ON lms_slugs (course_id);

CREATE VIRTUAL TABLE lms_course_search USING fts5(
  course_id UNINDEXED, scope, title, tags, objectives, modules, description,
  tokenize = "unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'", prefix = '2 3'
);
