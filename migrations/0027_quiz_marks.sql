-- An attempt pins the terms it began on, counts its saved answers, and keeps points a question for the statistics.
ALTER TABLE lms_quiz_attempts ADD COLUMN passing_pct real DEFAULT 0 NOT NULL;
ALTER TABLE lms_quiz_attempts ADD COLUMN attempts_max integer;
ALTER TABLE lms_quiz_attempts ADD COLUMN answers_saved integer DEFAULT 0 NOT NULL;
ALTER TABLE lms_quiz_attempts ADD COLUMN marks text;
CREATE INDEX lms_quiz_attempts_graded ON lms_quiz_attempts (coalesce(module_id, section_id, assignment_id), id) WHERE status = 'graded';
