import { type Placeholder, type SQL, sql } from "drizzle-orm";
import { type Refusal, refuse } from "../kernel/error.ts";
import {
  type Page,
  type PageAsk,
  pageFault,
  pageOf,
  positionOf,
  windowOf,
} from "../kernel/page.ts";
import { type Places, reusable } from "../kernel/reusable.ts";
import type { Db } from "../kernel/statement.ts";
import { SUMMARY_COLUMNS, type SummaryRow, showSummary } from "./course.ts";
import type { CourseFilter } from "./list-filter.ts";
import { lmsCourses } from "./schema.ts";
import { matchWithin, ranked } from "./search.ts";

/** Rows looked at for one page where no index serves all filters: with their numbering under 1 000 read. */
const SCANNED_MAX = 240;

type Ask = PageAsk & CourseFilter;
/** `score` where it was searched for; `nth` and `matched` where a filter was looked for along the rows. */
export type ListedRow = SummaryRow & { nth?: number; matched?: number; score?: number };

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
}: { readonly [name in keyof CourseFilter]?: unknown }): Order {
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

/** What a list shows, named as the answer names it. */
const SHOWN = sql.raw(
  SUMMARY_COLUMNS.map((name) => `lms_courses.${lmsCourses[name].name} as "${name}"`).join(", "),
);

/** The page's statement: an index serves the narrowest filter, the others are looked for along it. */
export const coursesListed = (db: Db, orgId: string, ask: Ask) =>
  db.all<ListedRow>(listed(valuesOf(orgId, ask)));

/** What a list is bound to; which of them are there makes its text. */
function valuesOf(orgId: string, ask: Ask) {
  const { status, level, categoryId, language, minPrice, maxPrice, search, isFeatured } = ask;
  const [tag, tag1, tag2, tag3, tag4] = ask.tags ?? [];
  const priced = (minPrice ?? maxPrice) !== undefined;
  const [after, afterThen] = (ask.cursor === undefined ? undefined : positionOf(ask.cursor)) ?? [];
  // A search's own text holds these.
  const filters = search === undefined ? { status, level, categoryId, language } : {};
  return {
    orgId,
    ...windowOf(ask),
    match:
      search === undefined ? undefined : matchWithin({ organizationId: orgId, ...ask }, search),
    status: filters.status,
    level: filters.level,
    categoryId: filters.categoryId,
    language: filters.language,
    instructorId: ask.instructorId,
    type: ask.type,
    isFeatured: isFeatured === undefined ? undefined : Number(isFeatured),
    minPrice: priced ? (minPrice ?? 0) : undefined,
    maxPrice: priced ? (maxPrice ?? Number.MAX_SAFE_INTEGER) : undefined,
    tag,
    tag1,
    tag2,
    tag3,
    tag4,
    after,
    afterThen,
  };
}

type At = Places<ReturnType<typeof valuesOf>>;
/** The rows along an index, so far as they are looked at, and which filters are left to look for. */
type Plan = { scan: (columns: SQL, end: SQL) => SQL; left: SQL[] };

const all = (conditions: readonly SQL[]): SQL => sql.join([...conditions], sql` and `);

const SCANNED = sql.raw(String(SCANNED_MAX));

const listed = reusable((at: At): SQL => {
  const { scan, left } = at.match ? rankedPlan(at, at.match) : narrowedPlan(at);
  const page = sql`limit ${at.limit} offset ${at.offset}`;
  const score = at.match ? sql`, score` : sql``;
  if (left.length === 0) return scan(sql`${SHOWN}${score}`, page);
  return sql`select ${SHOWN}, nth, matched${score}
    from (select *, (${all(left)}) as matched, row_number() over () as nth
      from (${scan(sql`lms_courses.*${score}`, sql`limit ${SCANNED}`)}) as lms_courses) as lms_courses
    where matched or nth = ${SCANNED} ${page}`;
});

const is = (column: string, place: Placeholder | undefined): SQL[] =>
  place === undefined ? [] : [sql`${sql.raw(`lms_courses.${column}`)} = ${place}`];

const priceWithin = ({ minPrice, maxPrice }: At): SQL[] =>
  minPrice && maxPrice ? [sql`lms_courses.price_amount between ${minPrice} and ${maxPrice}`] : [];

const tagged = (places: readonly (Placeholder | undefined)[]): SQL[] =>
  places.flatMap((tag) =>
    tag === undefined
      ? []
      : [
          sql`exists (select 1 from lms_course_tags as other
            where other.course_id = lms_courses.id and other.tag = ${tag})`,
        ],
  );

const afterTags = ({ tag1, tag2, tag3, tag4 }: At): SQL[] => tagged([tag1, tag2, tag3, tag4]);

/** The first filter given leads; beside it an index serves the status alone. */
function narrowedPlan(at: At): Plan {
  const status = is("status", at.status);
  const filters = [
    ...is("instructor_id", at.instructorId),
    ...is("category_id", at.categoryId),
    ...priceWithin(at),
    ...is("level", at.level),
    ...is("type", at.type),
    ...is("language", at.language),
    ...is("is_featured", at.isFeatured),
  ];
  if (at.tag)
    return { scan: scanByTag(at, at.tag), left: [...filters, ...status, ...afterTags(at)] };
  const byPrice = orderOf(at) === "price";
  const after = byPrice
    ? at.after && at.afterThen
      ? [sql`(lms_courses.price_amount, lms_courses.id) > (${at.after}, ${at.afterThen})`]
      : []
    : before(sql`lms_courses.id`, at);
  const where = all([
    sql`lms_courses.organization_id = ${at.orgId}`,
    sql`lms_courses.deleted_at is null`,
    ...filters.slice(0, 1),
    ...status,
    ...after,
  ]);
  const order = byPrice ? sql`lms_courses.price_amount, lms_courses.id` : sql`lms_courses.id desc`;
  const scan: Plan["scan"] = (columns, end) =>
    sql`select ${columns} from lms_courses where ${where} order by ${order} ${end}`;
  return { scan, left: filters.slice(1) };
}

const before = (id: SQL, at: At): SQL[] => (at.after ? [sql`${id} < ${at.after}`] : []);

function scanByTag(at: At, tag: Placeholder): Plan["scan"] {
  const where = all([
    sql`lms_course_tags.organization_id = ${at.orgId} and lms_course_tags.tag = ${tag}`,
    sql`lms_courses.id = lms_course_tags.course_id and lms_courses.deleted_at is null`,
    ...before(sql`lms_course_tags.course_id`, at),
  ]);
  return (columns, end) => sql`select ${columns} from lms_course_tags cross join lms_courses
    where ${where} order by lms_course_tags.course_id desc ${end}`;
}

/** The index itself knows status, level, category and language. */
function rankedPlan(at: At, match: Placeholder): Plan {
  const left = [
    ...is("instructor_id", at.instructorId),
    ...is("type", at.type),
    ...is("is_featured", at.isFeatured),
    ...priceWithin(at),
    ...tagged([at.tag]),
    ...afterTags(at),
  ];
  const { after, afterThen } = at;
  const later = after && afterThen ? sql`(score, course_id) > (${after}, ${afterThen})` : sql`1`;
  const scan: Plan["scan"] = (columns, end) => sql`select ${columns}
    from (select course_id, score from (${ranked(match)}) where ${later}
      order by score, course_id ${end}) as best
    cross join lms_courses
    where lms_courses.id = best.course_id and lms_courses.organization_id = ${at.orgId}
      and lms_courses.deleted_at is null
    order by best.score, best.course_id`;
  return { scan, left };
}

/** The page; one that came short of its rows goes on where the scan stopped. */
export function coursesPage(
  ask: Ask,
  rows: readonly ListedRow[],
): Page<ReturnType<typeof showSummary>> {
  const matched = rows.filter((row) => row.matched !== 0);
  const last = rows.at(-1);
  const order = orderOf(ask);
  const at = (row: ListedRow) =>
    order === "rank"
      ? [row.score ?? 0, row.id]
      : order === "price"
        ? [row.priceAmount ?? 0, row.id]
        : [row.id];
  const stopped = last?.nth === SCANNED_MAX && matched.length <= ask.limit ? at(last) : undefined;
  return pageOf(ask, matched, at, showSummary, stopped);
}
