-- A key or a token may give less than its member's roles, or end before them: a ticket knows what it was given to.
ALTER TABLE lms_tickets ADD COLUMN roles text;

ALTER TABLE lms_tickets ADD COLUMN credential text;
