-- What analytics read: the figures of now, which triggers keep so that no writer can forget them, and those of each day that is over.
CREATE TABLE lms_current_figures (
  organization_id text NOT NULL,
  subject_type text NOT NULL,
  subject_id text NOT NULL,
  courses integer DEFAULT 0 NOT NULL,
  pending_payment integer DEFAULT 0 NOT NULL,
  active integer DEFAULT 0 NOT NULL,
  completed integer DEFAULT 0 NOT NULL,
  expired integer DEFAULT 0 NOT NULL,
  cancelled integer DEFAULT 0 NOT NULL,
  refunded integer DEFAULT 0 NOT NULL,
  enrolled integer DEFAULT 0 NOT NULL,
  progress integer DEFAULT 0 NOT NULL,
  rating_count integer DEFAULT 0 NOT NULL,
  rating_sum integer DEFAULT 0 NOT NULL,
  PRIMARY KEY(organization_id, subject_type, subject_id),
  CONSTRAINT "lms_current_figures_subject" CHECK(subject_type IN ('organization', 'course', 'instructor'))
);

CREATE INDEX lms_current_figures_ranked ON lms_current_figures (organization_id,subject_type,enrolled,subject_id);

CREATE TABLE lms_module_figures (
  organization_id text NOT NULL,
  course_id text NOT NULL,
  module_id text NOT NULL,
  started integer NOT NULL,
  completed integer NOT NULL,
  PRIMARY KEY(organization_id, course_id, module_id)
);

CREATE TABLE lms_learning_days (
  organization_id text NOT NULL,
  learner_id text NOT NULL,
  day text NOT NULL,
  course_id text NOT NULL,
  active integer NOT NULL,
  time_spent_sec integer NOT NULL,
  modules_completed integer NOT NULL,
  PRIMARY KEY(organization_id, learner_id, day, course_id)
);

CREATE INDEX lms_learning_days_by_day ON lms_learning_days (organization_id,day);

CREATE INDEX lms_learning_days_by_course ON lms_learning_days (organization_id,course_id,day);

CREATE TABLE lms_daily_figures (
  organization_id text NOT NULL,
  course_id text NOT NULL,
  day text NOT NULL,
  ends_at integer NOT NULL,
  created integer DEFAULT 0 NOT NULL,
  reactivated integer DEFAULT 0 NOT NULL,
  activated integer DEFAULT 0 NOT NULL,
  completed integer DEFAULT 0 NOT NULL,
  expired integer DEFAULT 0 NOT NULL,
  cancelled integer DEFAULT 0 NOT NULL,
  refunded integer DEFAULT 0 NOT NULL,
  active_learners integer DEFAULT 0 NOT NULL,
  new_in_month integer DEFAULT 0 NOT NULL,
  time_spent_sec integer DEFAULT 0 NOT NULL,
  modules_completed integer DEFAULT 0 NOT NULL,
  PRIMARY KEY(organization_id, course_id, day)
);

INSERT INTO lms_current_figures (organization_id, subject_type, subject_id, courses, rating_count, rating_sum)
SELECT organization_id, 'course', id, 1, rating_count, CAST(round(coalesce(rating_average, 0) * rating_count) AS INTEGER) FROM lms_courses
UNION ALL
SELECT organization_id, 'instructor', instructor_id, count(*), sum(rating_count), sum(CAST(round(coalesce(rating_average, 0) * rating_count) AS INTEGER))
FROM lms_courses GROUP BY organization_id, instructor_id
UNION ALL
SELECT organization_id, 'organization', '', count(*), sum(rating_count), sum(CAST(round(coalesce(rating_average, 0) * rating_count) AS INTEGER))
FROM lms_courses GROUP BY organization_id;

UPDATE lms_current_figures SET
  pending_payment = held.pending_payment, active = held.active, completed = held.completed, expired = held.expired,
  cancelled = held.cancelled, refunded = held.refunded, enrolled = held.active + held.completed, progress = held.progress
FROM (
  SELECT course.organization_id, level.value AS subject_type,
    iif(level.value = 'course', course.id, iif(level.value = 'instructor', course.instructor_id, '')) AS subject_id,
    sum(one.status = 'pending-payment') AS pending_payment, sum(one.status = 'active') AS active,
    sum(one.status = 'completed') AS completed, sum(one.status = 'expired') AS expired,
    sum(one.status = 'cancelled') AS cancelled, sum(one.status = 'refunded') AS refunded,
    sum((one.status IN ('active', 'completed')) * CAST(round(one.completion_pct * 100) AS INTEGER)) AS progress
  FROM lms_enrollments AS one JOIN lms_courses AS course ON course.id = one.course_id,
    json_each('["organization","course","instructor"]') AS level
  GROUP BY 1, 2, 3
) AS held
WHERE lms_current_figures.organization_id = held.organization_id
  AND lms_current_figures.subject_type = held.subject_type AND lms_current_figures.subject_id = held.subject_id;

INSERT INTO lms_module_figures (organization_id, course_id, module_id, started, completed)
SELECT organization_id, course_id, module_id, count(*), sum(status = 'completed')
FROM lms_module_progress WHERE status <> 'not-started' GROUP BY 1, 2, 3;

CREATE TRIGGER lms_courses_figured AFTER INSERT ON lms_courses
BEGIN
  INSERT INTO lms_current_figures (organization_id, subject_type, subject_id, courses)
  VALUES (NEW.organization_id, 'course', NEW.id, 1), (NEW.organization_id, 'instructor', NEW.instructor_id, 1),
    (NEW.organization_id, 'organization', '', 1)
  ON CONFLICT (organization_id, subject_type, subject_id) DO UPDATE SET courses = courses + 1;
END;

CREATE TRIGGER lms_courses_change_hands AFTER UPDATE OF instructor_id ON lms_courses WHEN NEW.instructor_id <> OLD.instructor_id
BEGIN
  INSERT INTO lms_current_figures (organization_id, subject_type, subject_id)
  VALUES (NEW.organization_id, 'instructor', NEW.instructor_id)
  ON CONFLICT (organization_id, subject_type, subject_id) DO NOTHING;
  UPDATE lms_current_figures AS whole SET
    courses = whole.courses + way.sign * moved.courses,
    pending_payment = whole.pending_payment + way.sign * moved.pending_payment,
    active = whole.active + way.sign * moved.active,
    completed = whole.completed + way.sign * moved.completed,
    expired = whole.expired + way.sign * moved.expired,
    cancelled = whole.cancelled + way.sign * moved.cancelled,
    refunded = whole.refunded + way.sign * moved.refunded,
    enrolled = whole.enrolled + way.sign * moved.enrolled,
    progress = whole.progress + way.sign * moved.progress,
    rating_count = whole.rating_count + way.sign * moved.rating_count,
    rating_sum = whole.rating_sum + way.sign * moved.rating_sum
  FROM lms_current_figures AS moved,
    (SELECT NEW.instructor_id AS id, 1 AS sign UNION ALL SELECT OLD.instructor_id, -1) AS way
  WHERE moved.organization_id = NEW.organization_id AND moved.subject_type = 'course' AND moved.subject_id = NEW.id
    AND whole.organization_id = NEW.organization_id AND whole.subject_type = 'instructor' AND whole.subject_id = way.id;
END;

CREATE TRIGGER lms_courses_rated AFTER UPDATE OF rating_count, rating_average ON lms_courses
BEGIN
  UPDATE lms_current_figures SET
    rating_count = rating_count + NEW.rating_count - OLD.rating_count,
    rating_sum = rating_sum + CAST(round(coalesce(NEW.rating_average, 0) * NEW.rating_count) AS INTEGER)
      - CAST(round(coalesce(OLD.rating_average, 0) * OLD.rating_count) AS INTEGER)
  WHERE organization_id = NEW.organization_id AND (subject_type, subject_id) IN
    (VALUES ('organization', ''), ('course', NEW.id), ('instructor', NEW.instructor_id));
END;

CREATE TRIGGER lms_enrollments_figured AFTER INSERT ON lms_enrollments
BEGIN
  UPDATE lms_current_figures SET
    pending_payment = pending_payment + (NEW.status = 'pending-payment'), active = active + (NEW.status = 'active'),
    completed = completed + (NEW.status = 'completed'), expired = expired + (NEW.status = 'expired'),
    cancelled = cancelled + (NEW.status = 'cancelled'), refunded = refunded + (NEW.status = 'refunded'),
    enrolled = enrolled + (NEW.status IN ('active', 'completed')),
    progress = progress + (NEW.status IN ('active', 'completed')) * CAST(round(NEW.completion_pct * 100) AS INTEGER)
  WHERE organization_id = NEW.organization_id AND (subject_type, subject_id) IN
    (VALUES ('organization', ''), ('course', NEW.course_id),
      ('instructor', (SELECT instructor_id FROM lms_courses WHERE id = NEW.course_id)));
END;

CREATE TRIGGER lms_enrollments_move AFTER UPDATE OF status, completion_pct ON lms_enrollments
WHEN NEW.status <> OLD.status OR NEW.completion_pct <> OLD.completion_pct
BEGIN
  UPDATE lms_current_figures SET
    pending_payment = pending_payment + (NEW.status = 'pending-payment') - (OLD.status = 'pending-payment'),
    active = active + (NEW.status = 'active') - (OLD.status = 'active'),
    completed = completed + (NEW.status = 'completed') - (OLD.status = 'completed'),
    expired = expired + (NEW.status = 'expired') - (OLD.status = 'expired'),
    cancelled = cancelled + (NEW.status = 'cancelled') - (OLD.status = 'cancelled'),
    refunded = refunded + (NEW.status = 'refunded') - (OLD.status = 'refunded'),
    enrolled = enrolled + (NEW.status IN ('active', 'completed')) - (OLD.status IN ('active', 'completed')),
    progress = progress + (NEW.status IN ('active', 'completed')) * CAST(round(NEW.completion_pct * 100) AS INTEGER)
      - (OLD.status IN ('active', 'completed')) * CAST(round(OLD.completion_pct * 100) AS INTEGER)
  WHERE organization_id = NEW.organization_id AND (subject_type, subject_id) IN
    (VALUES ('organization', ''), ('course', NEW.course_id),
      ('instructor', (SELECT instructor_id FROM lms_courses WHERE id = NEW.course_id)));
END;

CREATE TRIGGER lms_module_progress_figured AFTER INSERT ON lms_module_progress WHEN NEW.status <> 'not-started'
BEGIN
  INSERT INTO lms_module_figures (organization_id, course_id, module_id, started, completed)
  VALUES (NEW.organization_id, NEW.course_id, NEW.module_id, 1, NEW.status = 'completed')
  ON CONFLICT (organization_id, course_id, module_id) DO UPDATE SET
    started = started + 1, completed = completed + excluded.completed;
END;

CREATE TRIGGER lms_module_progress_moves AFTER UPDATE OF status ON lms_module_progress WHEN NEW.status <> OLD.status
BEGIN
  INSERT INTO lms_module_figures (organization_id, course_id, module_id, started, completed)
  VALUES (NEW.organization_id, NEW.course_id, NEW.module_id,
    (NEW.status <> 'not-started') - (OLD.status <> 'not-started'), (NEW.status = 'completed') - (OLD.status = 'completed'))
  ON CONFLICT (organization_id, course_id, module_id) DO UPDATE SET
    started = started + excluded.started, completed = completed + excluded.completed;
END;
