-- Instances without the openassessment block get an assignment as a page with its instructions.
ALTER TABLE lms_configurations ADD COLUMN openassessment integer DEFAULT true NOT NULL;
