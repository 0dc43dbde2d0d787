-- A scheduled job's runs: what fell due since the last minute that was handled, and what became of it.
CREATE TABLE lms_job_runs (
  id text PRIMARY KEY NOT NULL,
  job text NOT NULL,
  due_at integer NOT NULL,
  origin text NOT NULL,
  started_at integer NOT NULL,
  finished_at integer,
  processed integer NOT NULL,
  failed integer NOT NULL,
  CONSTRAINT "lms_job_runs_origin" CHECK(origin IN ('schedule', 'operator'))
);

CREATE UNIQUE INDEX lms_job_runs_due ON lms_job_runs (job,due_at);

CREATE INDEX lms_job_runs_by_job ON lms_job_runs (job,id);
