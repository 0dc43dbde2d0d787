import { and, asc, desc, eq, gt, gte, lt, lte, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { LMS_EVENT_NAMESPACE } from "../kernel/event.ts";
import { type Position, positionOf } from "../kernel/page.ts";
import { domainEventLog as log } from "../kernel/schema.ts";
import type { Db } from "../kernel/statement.ts";
import { MINUTE } from "../kernel/time.ts";

/** Rows that one page may look at where no index answers its filters. */
export const SCANNED_MAX = 1_000;
/** How far the clocks of two Workers may differ: the log's times rise with `seq`, but for this. */
export const SKEW_MS = MINUTE;
const EVERYTHING = `${LMS_EVENT_NAMESPACE}.*`;

export type LogFilter = {
  type?: string | undefined;
  aggregateType?: string | undefined;
  aggregateId?: string | undefined;
  actorId?: string | undefined;
  correlationId?: string | undefined;
  since?: number | undefined;
  until?: number | undefined;
  order: "oldest" | "newest";
  limit: number;
  page?: number | undefined;
  cursor?: string | undefined;
};

/**
 * The page's rows and, where filters are left to a scan, the `seq` at which the scan ends. One filter is
 * served by its index in the order of `seq`; the others are looked for among the next rows of it.
 */
export function logReads(db: Db, orgId: string, filter: LogFilter) {
  const { served, scanned } = split(filter);
  const newest = filter.order === "newest";
  const within = and(eq(log.organizationId, orgId), ...served, ...between(filter));
  const inOrder = newest ? desc(log.seq) : asc(log.seq);
  const offset = filter.cursor === undefined ? ((filter.page ?? 1) - 1) * filter.limit : 0;
  if (scanned.length === 0) {
    return {
      entries: db
        .select()
        .from(log)
        .where(within)
        .orderBy(inOrder)
        .limit(filter.limit + 1)
        .offset(offset),
      end: undefined,
    };
  }
  const scan = db.select().from(log).where(within).orderBy(inOrder).limit(SCANNED_MAX).as("scan");
  const match = and(...scanned.map((condition) => condition(scan)));
  return {
    entries: db
      .select()
      .from(scan)
      .where(match)
      .orderBy(newest ? desc(scan.seq) : asc(scan.seq))
      .limit(filter.limit + 1)
      .offset(offset),
    end: db
      .select({ seq: log.seq })
      .from(log)
      .where(within)
      .orderBy(inOrder)
      .limit(1)
      .offset(SCANNED_MAX - 1),
  };
}

type Columns = Record<"eventName" | "actorId" | "correlationId", SQLiteColumn>;
type Condition = (columns: Columns) => SQL;

const is =
  (name: keyof Columns, value: string): Condition =>
  (columns) =>
    sql`${columns[name]} = ${value}`;

function split({ type, aggregateType, aggregateId, actorId, correlationId }: LogFilter): {
  served: SQL[];
  scanned: Condition[];
} {
  const isPattern = type?.endsWith(".*") ?? false;
  const indexed = [
    ...(correlationId === undefined ? [] : [is("correlationId", correlationId)]),
    ...(actorId === undefined ? [] : [is("actorId", actorId)]),
    ...(type === undefined || isPattern ? [] : [is("eventName", type)]),
  ];
  const pattern = type !== undefined && isPattern && type !== EVERYTHING ? [startsWith(type)] : [];
  if (aggregateType !== undefined && aggregateId !== undefined) {
    const root = [eq(log.aggregateType, aggregateType), eq(log.aggregateId, aggregateId)];
    return { served: root, scanned: [...indexed, ...pattern] };
  }
  const [first, ...rest] = indexed;
  return { served: first ? [first(log)] : [], scanned: [...rest, ...pattern] };
}

/** Compared as text of a length: LIKE would fold case and read `_` as any letter. */
const startsWith = (pattern: string): Condition => {
  const prefix = pattern.slice(0, -1);
  return ({ eventName }) => sql`substr(${eventName}, 1, ${prefix.length}) = ${prefix}`;
};

/** From the cursor on, and between two instants. */
function between({ since, until, order, cursor }: LogFilter): (SQL | undefined)[] {
  const [after] = (cursor === undefined ? undefined : positionOf(cursor)) ?? ([] as Position);
  return [
    since === undefined ? undefined : gte(log.occurredAt, since),
    since === undefined ? undefined : gte(log.seq, firstSince(since - SKEW_MS)),
    until === undefined ? undefined : lt(log.occurredAt, until),
    until === undefined ? undefined : lte(log.seq, firstSince(until + SKEW_MS)),
    typeof after !== "number"
      ? undefined
      : order === "newest"
        ? lt(log.seq, after)
        : gt(log.seq, after),
  ];
}

/**
 * The first `seq` whose event happened at the instant or later, found by halving: two dozen rows are
 * read of a log of any length, and no index over times has to be written with every event.
 */
export const firstSince = (at: number | SQL): SQL => sql`(
  with recursive halved(low, high) as (
    select 1, coalesce(max(seq), 0) + 1 from domain_event_log
    union all
    select
      iif(middle.occurred_at < ${at}, middle.seq + 1, low),
      iif(middle.occurred_at < ${at}, high, (low + high) / 2)
    from halved join domain_event_log as middle
      on middle.seq = (select min(seq) from domain_event_log where seq >= (low + high) / 2)
    where low < high
  )
  select low from halved where low >= high)`;
