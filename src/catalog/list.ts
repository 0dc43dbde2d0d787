import { type SQL, sql } from "drizzle-orm";
import { type Refusal, refuse } from "../kernel/error.ts";
import {
  afterCursor,
  type Page,
  type PageAsk,
  pageFault,
  pageOf,
  positionOf,
  windowOf,
} from "../kernel/page.ts";
import type { Db } from "../kernel/statement.ts";
import { SUMMARY_COLUMNS, type SummaryRow, showSummary } from "./course.ts";
import type { CourseFilter } from "./list-filter.ts";
import { lmsCourses, lmsCourseTags } from "./schema.ts";
import { matchOf, ranked } from "./search.ts";

/** Rows looked at for one page where no index serves all filters: with their numbering under 1 000 read. */
const SCANNED_MAX = 240;

type Ask = PageAsk & CourseFilter;
export type ListedRow = SummaryRow & { nth: number; matched: number; score: number };

type Order = "rank" | "price" | "id";
const COLUMNS_OF = { rank: 2, price: 2, id: 1 } as const satisfies Record<Order, number>;

/** The best match first, or the lowest price, else the newest. */
function orderOf({
  search,
  tags,
  instructorId,
  categoryId,
  minPrice,
  maxPrice,
}: CourseFilter): Order {
  if (search !== undefined) return "rank";
  const narrower = tags ?? instructorId ?? categoryId;
  return narrower === undefined && (minPrice ?? maxPrice) !== undefined ? "price" : "id";
}

/** Refused where a page is too deep, or its cursor comes from a list in another order. */
export function listFault(ask: Ask): Refusal | undefined {
  const fault = pageFault(ask);
  if (fault || ask.cursor === undefined) return fault;
  if (positionOf(ask.cursor)?.length === COLUMNS_OF[orderOf(ask)]) return undefined;
  return refuse("VALIDATION_FAILED", "This cursor is of a list with other filters", {
    errors: [{ path: "cursor", message: "Send nextCursor with the filters that gave it" }],
  });
}

/** What a list shows, named as the answer names it: written once, not built for each request. */
const SHOWN = sql.raw(
  SUMMARY_COLUMNS.map((name) => `${lmsCourses[name].name} as "${name}"`).join(", "),
);
const all = (conditions: readonly SQL[]): SQL => sql.join([...conditions], sql` and `);

/** The page's statement: an index serves the narrowest filter, the others are looked for along it. */
export function coursesListed(db: Db, orgId: string, ask: Ask, visible: readonly SQL[] = []) {
  const { scan, left } = split(orgId, ask);
  const residual = [...left, ...visible];
  const { limit, offset } = windowOf(ask);
  const whole = residual.length === 0;
  const source = whole
    ? sql`select *, 1 as matched, 0 as nth from (${scan(limit, offset)})`
    : sql`select *, (${all(residual)}) as matched, row_number() over () as nth
        from (${scan(SCANNED_MAX, 0)}) as lms_courses`;
  return db.all<ListedRow>(sql`select ${SHOWN}, nth, matched, score from (${source})
    where matched or nth = ${SCANNED_MAX} limit ${limit} offset ${whole ? 0 : offset}`);
}

type Plan = { scan: (limit: number, offset: number) => SQL; left: SQL[] };

/** Which filter leads, and what is left to look for among the rows that it gives. */
function split(orgId: string, ask: Ask): Plan {
  const { status, search, tags, instructorId, categoryId, level, type, language, ...rest } = ask;
  if (search !== undefined) return rankedPlan(orgId, ask, search);
  const left: SQL[] = [];
  const served: SQL[] = [];
  /** The first filter given leads; beside it an index serves the status alone. */
  const take = (condition: SQL | undefined, leads = served.length === 0 && tags === undefined) => {
    if (condition) (leads ? served : left).push(condition);
  };
  const is = (column: string, value: string | number | undefined) =>
    value === undefined ? undefined : sql`${sql.raw(`lms_courses.${column}`)} = ${value}`;
  take(is("instructor_id", instructorId));
  take(is("category_id", categoryId));
  take(priceWithin(rest));
  take(is("level", level));
  take(is("type", type));
  take(is("language", language));
  take(is("is_featured", rest.isFeatured === undefined ? undefined : Number(rest.isFeatured)));
  take(is("status", status), tags === undefined);
  const [first, ...more] = tags ?? [];
  left.push(...more.map(tagged));
  return { scan: scanOf(orgId, ask, served, first), left };
}

const priceWithin = ({ minPrice, maxPrice }: CourseFilter): SQL | undefined =>
  minPrice === undefined && maxPrice === undefined
    ? undefined
    : sql`lms_courses.price_amount between ${minPrice ?? 0} and ${maxPrice ?? Number.MAX_SAFE_INTEGER}`;

const tagged = (tag: string): SQL => sql`exists (select 1 from lms_course_tags as other
  where other.course_id = lms_courses.id and other.tag = ${tag})`;

function scanOf(orgId: string, ask: Ask, served: SQL[], tag: string | undefined): Plan["scan"] {
  const byPrice = orderOf(ask) === "price";
  const byTag = tag !== undefined;
  const id = byTag ? lmsCourseTags.courseId : lmsCourses.id;
  const after = afterCursor(
    ask.cursor,
    byPrice ? [lmsCourses.priceAmount, id] : [id],
    byPrice ? "asc" : "desc",
  );
  const where = all([
    byTag
      ? sql`lms_course_tags.organization_id = ${orgId} and lms_course_tags.tag = ${tag}
          and lms_courses.id = lms_course_tags.course_id`
      : sql`lms_courses.organization_id = ${orgId}`,
    sql`lms_courses.deleted_at is null`,
    ...served,
    ...(after ? [after] : []),
  ]);
  const from = byTag ? sql`lms_course_tags cross join lms_courses` : sql`lms_courses`;
  const order = byPrice ? sql`lms_courses.price_amount, lms_courses.id` : sql`${id} desc`;
  return (limit, offset) => sql`select lms_courses.*, 0 as score from ${from}
    where ${where} order by ${order} limit ${limit} offset ${offset}`;
}

/** The index itself knows status, level, category and language. */
function rankedPlan(orgId: string, ask: Ask, search: string): Plan {
  const { status, level, categoryId, language, instructorId, type, isFeatured } = ask;
  const scope = { organizationId: orgId, status, level, categoryId, language };
  const match = matchOf(search);
  const price = priceWithin(ask);
  const left = [
    ...(instructorId === undefined ? [] : [sql`lms_courses.instructor_id = ${instructorId}`]),
    ...(type === undefined ? [] : [sql`lms_courses.type = ${type}`]),
    ...(isFeatured === undefined ? [] : [sql`lms_courses.is_featured = ${Number(isFeatured)}`]),
    ...(price ? [price] : []),
    ...(ask.tags ?? []).map(tagged),
  ];
  const after = afterCursor(ask.cursor, [sql`score`, sql`course_id`], "asc");
  const found =
    match === undefined ? sql`select null as course_id, 0 as score where 0` : ranked(scope, match);
  const scan: Plan["scan"] = (limit, offset) => sql`select lms_courses.*, best.score
    from (select course_id, score from (${found}) where ${after ?? sql`1`}
      order by score, course_id limit ${limit} offset ${offset}) as best
    cross join lms_courses
    where lms_courses.id = best.course_id and lms_courses.organization_id = ${orgId}
      and lms_courses.deleted_at is null
    order by best.score, best.course_id`;
  return { scan, left };
}

/** The page; one that came short of its rows goes on where the scan stopped. */
export function coursesPage(
  ask: Ask,
  rows: readonly ListedRow[],
): Page<ReturnType<typeof showSummary>> {
  const matched = rows.filter((row) => row.matched);
  const last = rows.at(-1);
  const order = orderOf(ask);
  const at = (row: ListedRow) =>
    order === "rank"
      ? [row.score, row.id]
      : order === "price"
        ? [row.priceAmount ?? 0, row.id]
        : [row.id];
  const stopped = last?.nth === SCANNED_MAX && matched.length <= ask.limit ? at(last) : undefined;
  return pageOf(ask, matched, at, showSummary, stopped);
}
