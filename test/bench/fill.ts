import { drizzle } from "drizzle-orm/d1";
import { COURSE_LEVELS, COURSE_TYPES } from "../../src/catalog/schema.ts";
import { indexCourse, type Searched } from "../../src/catalog/search.ts";
import type { Db, Statement } from "../../src/kernel/statement.ts";

type Env = { DB: D1Database };

/** Courses numbered from (included) to (excluded). */
export type Fill = { orgId: string; from: number; to: number; modules: boolean };

const ROWS_A_STATEMENT = 500;
const LANGUAGES = ["ru", "en", "de", "zh", "pt-BR"];
const SUBJECTS = ["Астрономия", "Biology", "Чёрный хлеб", "Café culture", "数学", "Statistics"];

/** Rows as an organization of that size would have them, the same for the same numbers. */
async function fill(env: Env, { orgId, from, to, modules }: Fill): Promise<void> {
  for (let start = from; start < to; start += ROWS_A_STATEMENT) {
    const numbers = range(start, Math.min(to, start + ROWS_A_STATEMENT));
    const courses = numbers.map((at) => courseOf(orgId, at));
    await env.DB.batch([
      many(env, "lms_courses", courses),
      many(
        env,
        "lms_course_tags",
        courses.map(({ id }, at) => ({
          organization_id: orgId,
          course_id: id,
          tag: tagOf(start + at),
        })),
      ),
      searched(env, courses, start),
      ...(modules ? [many(env, "lms_course_modules", courses.flatMap(modulesOf))] : []),
    ]);
  }
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, at) => from + at);
const hex = (at: number, digits: number): string => at.toString(16).padStart(digits, "0");
/** A UUID v7 that sorts by number. */
export const idOf = (kind: number, at: number): string =>
  `0190${hex(kind, 4)}-0000-7000-8000-${hex(at, 12)}`;
const tagOf = (at: number): string => `tag-${at % 97}`;

type Row = Record<string, string | number | null>;
type CourseRow = ReturnType<typeof courseOf>;

function courseOf(orgId: string, at: number) {
  const subject = SUBJECTS[at % SUBJECTS.length];
  const rare = at % 10_000 === 77 ? " цеппелин" : "";
  return {
    id: idOf(1, at),
    organization_id: orgId,
    created_at: 1_760_000_000_000 + at,
    updated_at: 1_760_000_000_000 + at,
    version: 1,
    title: `Course ${at}: ${subject}${rare}`,
    slug: `bench-${at}`,
    description: `What ${subject} is about, for everybody who has wanted to know for long. Number ${at}.`,
    instructor_id: idOf(2, at % 211),
    category_id: idOf(3, at % 53),
    status: at % 20 === 19 ? "draft" : "published",
    type: COURSE_TYPES[at % 3 === 0 ? 0 : 3] ?? "hybrid",
    level: COURSE_LEVELS[at % 7 === 0 ? 2 : at % 2] ?? "beginner",
    price_amount: at % 11 === 0 ? (at % 300) * 100 : 0,
    price_currency: "EUR",
    language: LANGUAGES[at % 31 === 0 ? 4 : at % 3] ?? "en",
    learning_objectives: `["Understand ${subject}"]`,
    prerequisites: "[]",
    is_featured: at % 101 === 0 ? 1 : 0,
    published_at: 1_760_000_000_000 + at,
  } satisfies Row;
}

const modulesOf = (course: CourseRow): Row[] =>
  [0, 1, 2].map((position) => ({
    id: `${course.id.slice(0, 4)}0004-0000-7${hex(position, 3)}-8000-${course.id.slice(-12)}`,
    organization_id: course.organization_id,
    created_at: course.created_at,
    updated_at: course.updated_at,
    course_id: course.id,
    title: `Module ${position + 1}`,
    learning_objectives: "[]",
    position,
    type: "article",
    content: '{"html":"<p>Text</p>"}',
    is_published: 1,
    version: 1,
  }));

/** One INSERT of any number of rows: JSON carries past the limit of bound parameters. */
function many(env: Env, table: string, rows: readonly Row[]): D1PreparedStatement {
  const names = Object.keys(rows[0] ?? {});
  const picked = names.map((name) => `value ->> '$.${name}'`);
  return env.DB.prepare(
    `INSERT INTO ${table} (${names.join(", ")}) SELECT ${picked.join(", ")} FROM json_each(?)`,
  ).bind(JSON.stringify(rows));
}

type Insert = Statement & { getQuery(): { params: unknown[] } };

/** The very rows that a command writes to the index, by its own function. */
function searched(env: Env, courses: readonly CourseRow[], start: number): D1PreparedStatement {
  // SAFETY: the statements are built here and never run; only their parameters are taken.
  const db = drizzle(env.DB) as unknown as Db;
  const rows = courses.map((course, at) => {
    const [, insert] = indexCourse(db, searchedOf(course), {
      tags: [tagOf(start + at)],
      modules: ["Module 1", "Module 2", "Module 3"],
    });
    // SAFETY: an unawaited raw statement of drizzle can say its own parameters.
    return (insert as unknown as Insert).getQuery().params;
  });
  const columns = "course_id, scope, title, tags, objectives, modules, description";
  const picked = columns.split(", ").map((_, at) => `value ->> ${at}`);
  return env.DB.prepare(
    `INSERT INTO lms_course_search (${columns}) SELECT ${picked.join(", ")} FROM json_each(?)`,
  ).bind(JSON.stringify(rows));
}

const searchedOf = (row: CourseRow): Searched => ({
  id: row.id,
  organizationId: row.organization_id,
  status: row.status as Searched["status"],
  level: row.level,
  categoryId: row.category_id,
  language: row.language,
  title: row.title,
  description: row.description,
  learningObjectives: JSON.parse(row.learning_objectives),
});

const worker = {
  fetch: async (request, env) => {
    await fill(env, await request.json<Fill>());
    return new Response("filled");
  },
} satisfies ExportedHandler<Env>;

// biome-ignore lint/style/noDefaultExport: a Worker's entry
export default worker;
