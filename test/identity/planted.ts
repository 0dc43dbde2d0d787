import { env } from "cloudflare:workers";
import { getTableColumns, getTableName } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import { documentKeyOf } from "../../src/certification/tasks.ts";
import { clock } from "../../src/cloudflare/clock.ts";
import type { Env } from "../../src/cloudflare/env.ts";
import { newId } from "../../src/kernel/id.ts";
import { lms } from "../../src/lms.ts";
import { enrolled, publishedCourse } from "../harness/course.ts";
import { db, http, newOrganization, ok, rows } from "../harness/world.ts";

// SAFETY: wrangler.toml binds the bucket.
const { FILES } = env as unknown as Env;

/** Rows that are there by themselves, and rows that are the organization's whoever is named in them. */
const NOT_PLANTED = [
  "lms_members",
  "lms_enrollments",
  "user",
  "account",
  "member",
  "session",
  "apikey",
  "domain_event_log",
  "lms_courses",
  "lms_cohorts",
  "lms_live_sessions",
  "lms_announcements",
  "lms_ledger_entries",
  "lms_exports",
  "lms_idempotency",
  "lms_tasks",
];

/** Text that no person wrote: codes, names of kinds, places, and ids of others. */
const NOT_OF_A_PERSON: Readonly<Record<string, readonly string[]>> = {
  lms_payments: [
    "provider",
    "provider_session_id",
    "provider_payment_id",
    "currency",
    "received_currency",
  ],
  lms_certificates: ["verification_code", "document_key"],
  lms_files: ["key", "content_type", "sha256"],
  lms_sends: ["kind", "subject"],
  lms_notifications: ["kind", "subject"],
  lms_submissions: ["attachments", "rubric_scores"],
  lms_peer_reviews: ["rubric_scores"],
  lms_quiz_attempts: ["paper", "marks"],
  lms_module_progress: ["watched_intervals"],
  lms_tickets: ["token_hash", "roles", "credential"],
  lms_calendar_links: ["token_hash"],
  lms_learning_days: ["day"],
  lms_olx_imports: ["file_id", "issues"],
  invitation: ["role", "status"],
};

const PERSON = /^(?:(?:learner|member|owner|reviewer|author|recipient|inviter)_id|requested_by)$/;
const ADDRESS = /^(?:recipient|email)$/;

type Place = { orgId: string; userId: string; email: string; mark: string; ids: Ids };
type Ids = Readonly<Record<string, string>>;

/** A row of any table, with the mark in every text that a person could have written. */
function plantedRow(table: SQLiteTable, place: Place): Record<string, unknown> {
  const spared = NOT_OF_A_PERSON[getTableName(table)] ?? [];
  const values = Object.entries(getTableColumns(table)).map(([property, column]) => [
    property,
    valueFor(column, place, spared.includes(column.name)),
  ]);
  return Object.fromEntries(values);
}

function valueFor(column: SQLiteColumn, place: Place, isSpared: boolean): unknown {
  const { name, notNull, dataType, enumValues } = column;
  if (name === "id") return newId();
  if (name === "organization_id") return place.orgId;
  if (PERSON.test(name)) return place.userId;
  if (ADDRESS.test(name)) return place.email;
  if (place.ids[name] !== undefined) return place.ids[name];
  if (/_(?:id|by|to)$/.test(name) || (isSpared && !notNull)) return notNull ? newId() : null;
  if (enumValues && enumValues.length > 0) return enumValues.at(-1);
  if (dataType.startsWith("object date") || dataType === "date") return new Date(clock.now());
  if (dataType.startsWith("boolean")) return false;
  if (dataType.startsWith("number")) return notNull ? 1 : null;
  if (dataType.startsWith("string")) return isSpared ? newId() : place.mark;
  return isSpared ? [] : { written: place.mark };
}

/** A learner with rows in every table that may name one, and a mark in all that it could have written. */
export async function planted() {
  const world = await newOrganization();
  const { orgId } = world;
  const mark = `Marked ${newId()}`;
  const person = await world.newPerson("learner", mark);
  const email = `${person.id}@people.test`;
  const { course, modules } = await publishedCourse(world, { course: { type: "hybrid" } });
  const dates = { startDate: "2031-01-01", endDate: "2031-06-30", timezone: "UTC" };
  const cohort = ok(
    await http("POST", "/lms/instructor/cohorts", {
      as: world.instructor,
      body: { courseId: course.id, name: "C", capacity: 5, ...dates },
    }),
  );
  const session = ok(
    await http("POST", `/lms/instructor/cohorts/${cohort.id}/sessions`, {
      as: world.instructor,
      body: { title: "S", scheduledAt: "2031-02-01T10:00:00Z", durationMinutes: 60 },
    }),
  );
  const enrollment = await enrolled(world, course.id, person);
  const cancelled = await publishedCourse(world);
  const second = await enrolled(world, cancelled.course.id, person);
  ok(
    await http("POST", `/lms/enrollments/${second.id}/cancel`, {
      as: person,
      body: { reason: mark },
      headers: { "idempotency-key": "cancelled" },
    }),
  );
  const ids = {
    course_id: course.id,
    module_id: String(modules[0]?.id),
    cohort_id: cohort.id,
    session_id: session.id,
    enrollment_id: enrollment.id,
    submission_id: newId(),
  };
  const place = { orgId, userId: person.id, email, mark, ids };
  const tables = [...new Set(lms.personal.map((one) => one.table))];
  const objects: string[] = [];
  for (const table of tables) {
    const name = getTableName(table);
    if (NOT_PLANTED.includes(name)) continue;
    const row = plantedRow(table, place);
    if (name === "lms_submissions") row.id = ids.submission_id;
    if (name === "lms_files") objects.push(String(row.key));
    if (name === "lms_certificates") objects.push(documentKeyOf(orgId, String(row.id)));
    await db.insert(table).values(row as never);
  }
  for (const key of objects) await FILES.put(key, `document of ${mark}`);
  await plantTask({ orgId, email, mark });
  return { world, person, email, mark, enrollment, session, tables: tables.map(getTableName) };
}

/** A mail that waits to be sent, and one that was. */
async function plantTask({ orgId, email, mark }: Pick<Place, "orgId" | "email" | "mark">) {
  for (const [state, at] of [
    ["ready", clock.now() + 9_000_000],
    ["done", 0],
  ]) {
    await rows(
      `INSERT INTO lms_tasks (id, organization_id, kind, subject, state, step, payload, next_at,
         correlation_id, created_at, updated_at)
       VALUES (?, ?, 'notifications.mail', 's', ?, 'deliver', ?, ?, 'c', 0, 0)`,
      newId(),
      orgId,
      state,
      JSON.stringify({ to: email, name: mark }),
      at,
    );
  }
}

/** Every place in the database and the bucket where one of the texts still stands. */
export async function placesOf(...texts: string[]): Promise<string[]> {
  const found: string[] = [];
  const tables = await rows<{ name: string }>(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_cf_%'",
  );
  for (const { name } of tables) {
    for (const row of await rows(`SELECT * FROM "${name}"`)) {
      for (const [column, value] of Object.entries(row)) {
        if (texts.some((text) => String(value).includes(text))) found.push(`${name}.${column}`);
      }
    }
  }
  for (const { key } of (await FILES.list()).objects) {
    const text = (await (await FILES.get(key))?.text()) ?? "";
    if (texts.some((one) => text.includes(one) || key.includes(one))) found.push(`object ${key}`);
  }
  return [...new Set(found)].toSorted();
}
