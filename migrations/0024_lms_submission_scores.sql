-- A submission's score after its penalty, the due date it was held against, and whose it is to grade.
ALTER TABLE lms_submissions ADD COLUMN final_score real;

ALTER TABLE lms_submissions ADD COLUMN due_at integer;

ALTER TABLE lms_submissions ADD COLUMN instructor_id text DEFAULT '' NOT NULL;

CREATE INDEX lms_submissions_newest ON lms_submissions (organization_id,assignment_id,id);

CREATE INDEX lms_submissions_to_grade ON lms_submissions (organization_id,instructor_id,status,id);

CREATE INDEX lms_peer_reviews_to_do ON lms_peer_reviews (organization_id,reviewer_id,id) WHERE score IS NULL;
