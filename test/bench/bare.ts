import { Hono } from "hono";

type Env = { DB: D1Database; BARE: Queue };

/** What a Worker without rules, log, tenancy or typed answers would do: the same D1 trips, and no more. */
const app = new Hono<{ Bindings: Env }>();

app.get("/hello", (c) => c.text("hello"));

const COURSES = `SELECT id, title, slug, description, instructor_id, category_id, status, type, level,
    price_amount, price_currency, language, thumbnail_key, is_featured, estimated_minutes,
    enrolled_count, rating_average, rating_count, published_at, created_at, updated_at, version
  FROM lms_courses WHERE organization_id = ? AND status = 'published'
  AND deleted_at IS NULL ORDER BY id DESC LIMIT 21`;

app.get("/courses", async (c) => {
  const { results } = await c.env.DB.prepare(COURSES)
    .bind(c.req.query("org") ?? "")
    .all();
  return c.json(results);
});

type Wanted = { orgId: string; learnerId: string; courseId: string };

/** The statements of `lms.enrollment.create`: six read, three written, one message. */
app.post("/enrollments", async (c) => {
  const { orgId, learnerId, courseId } = await c.req.json<Wanted>();
  const { DB } = c.env;
  const [, courses, , before] = await DB.batch<{ version: number }>([
    DB.prepare(STANDING).bind(learnerId, orgId),
    DB.prepare(COURSE).bind(orgId, courseId),
    DB.prepare(MEMBER).bind(orgId, learnerId),
    DB.prepare(BEFORE).bind(orgId, learnerId, courseId),
    DB.prepare(MODULES).bind(orgId, courseId),
    DB.prepare(PROGRESS).bind(orgId, orgId, learnerId, courseId),
  ]);
  if (courses?.results.length !== 1 || before?.results.length !== 0) return c.json({}, 409);
  const id = crypto.randomUUID();
  const now = Date.now();
  const events = ["enrollment.created", "enrollment.activated"].map((name, at) => [
    crypto.randomUUID(),
    name,
    id,
    at + 1,
    orgId,
    learnerId,
    JSON.stringify({ enrollmentId: id, learnerId, courseId, status: "active" }),
    now,
  ]);
  await DB.batch([
    DB.prepare(ENROLL).bind(id, orgId, now, now, learnerId, courseId, now, now),
    DB.prepare(COUNT).bind(orgId, courseId),
    DB.prepare(LOG).bind(JSON.stringify(events)),
  ]);
  c.executionCtx.waitUntil(c.env.BARE.send({ id, orgId, learnerId, courseId }));
  return c.json({ id, learnerId, courseId, status: "active" }, 201);
});

/** The least that two trips can hold: a row read, a row written. */
app.post("/enrollments/lean", async (c) => {
  const { orgId, learnerId, courseId } = await c.req.json<Wanted>();
  const { DB } = c.env;
  const [before] = await DB.batch([DB.prepare(BEFORE).bind(orgId, learnerId, courseId)]);
  if (before?.results.length !== 0) return c.json({}, 409);
  const id = crypto.randomUUID();
  const now = Date.now();
  await DB.batch([DB.prepare(ENROLL).bind(id, orgId, now, now, learnerId, courseId, now, now)]);
  c.executionCtx.waitUntil(c.env.BARE.send({ id, orgId, learnerId, courseId }));
  return c.json({ id, learnerId, courseId, status: "active" }, 201);
});

const STANDING = `SELECT apikey.enabled, apikey.metadata, member.role, lms_members.suspended_at,
    lms_settings.features, lms_settings.defaults
  FROM apikey LEFT JOIN member ON member.user_id = apikey.reference_id AND member.organization_id = ?2
  LEFT JOIN lms_members ON lms_members.user_id = apikey.reference_id AND lms_members.organization_id = ?2
  LEFT JOIN lms_settings ON lms_settings.organization_id = ?2 WHERE apikey.reference_id = ?1`;
const COURSE =
  "SELECT * FROM lms_courses WHERE organization_id = ? AND id = ? AND deleted_at IS NULL";
const MEMBER = "SELECT * FROM lms_members WHERE organization_id = ? AND user_id = ?";
const BEFORE =
  "SELECT * FROM lms_enrollments WHERE organization_id = ? AND learner_id = ? AND course_id = ?";
const MODULES = `SELECT id, title, type, position, is_published, is_required FROM lms_course_modules
  WHERE organization_id = ? AND course_id = ? AND deleted_at IS NULL ORDER BY position, id`;
const PROGRESS = `SELECT * FROM lms_module_progress WHERE organization_id = ? AND enrollment_id =
  (SELECT id FROM lms_enrollments WHERE organization_id = ? AND learner_id = ? AND course_id = ?)`;
const ENROLL = `INSERT INTO lms_enrollments (id, organization_id, created_at, updated_at, version,
    learner_id, course_id, status, price_paid_amount, price_paid_currency, enrolled_at, activated_at, source)
  VALUES (?, ?, ?, ?, 2, ?, ?, 'active', 0, 'EUR', ?, ?, 'self')`;
const COUNT =
  "UPDATE lms_courses SET enrolled_count = enrolled_count + 1 WHERE organization_id = ? AND id = ?";
const LOG = `INSERT INTO domain_event_log (event_id, event_name, version, kind, aggregate_type,
    aggregate_id, aggregate_version, organization_id, actor_type, actor_id, correlation_id, payload,
    metadata, occurred_at, settled_at)
  SELECT value ->> 0, value ->> 1, 1, 'domain', 'enrollment', value ->> 2, value ->> 3, value ->> 4,
    'api_key', value ->> 5, value ->> 0, value ->> 6, '{}', value ->> 7, value ->> 7 FROM json_each(?)`;

const worker = { fetch: app.fetch } satisfies ExportedHandler<Env>;

// biome-ignore lint/style/noDefaultExport: a Worker's entry
export default worker;
