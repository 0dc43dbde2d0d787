-- A course keeps the code that it was first published under in other systems, whatever its slug becomes.
ALTER TABLE lms_courses ADD course_code text;
