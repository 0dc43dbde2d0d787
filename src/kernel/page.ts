import { and, desc, eq, type SQL, sql } from "drizzle-orm";
import type { RunnableQuery } from "drizzle-orm/runnable-query";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import * as z from "zod";
import { type Refusal, refuse } from "./error.ts";
import type { Db } from "./statement.ts";

const DEEPEST_ROW = 1_000;

/** A number, or the text of one in a query string. */
const numeral = z.coerce.number<number | string>();

/** What every list takes, in a query string too: `limit`, and `cursor` or `page`. */
export const pageInput = {
  limit: numeral.int().min(1).max(100).default(20).describe("Rows a page, 1 to 100"),
  page: numeral.int().min(1).max(1_000_000).optional().describe("From 1"),
  cursor: z.string().max(500).optional().describe("`nextCursor` of the page before"),
};

export type PageAsk = { limit: number; page?: number | undefined; cursor?: string | undefined };

export const pageOutput = <T extends z.ZodType>(item: T) =>
  z.object({
    data: z.array(item),
    page: z.int().nullable(),
    limit: z.int(),
    hasMore: z.boolean(),
    nextCursor: z.string().nullable(),
  });

export type Page<T> = {
  data: T[];
  page: number | null;
  limit: number;
  hasMore: boolean;
  nextCursor: string | null;
};

/** Refused where a page lies past the rows that may be counted off, or the cursor is not one of ours. */
export function pageFault({ limit, page = 1, cursor }: PageAsk): Refusal | undefined {
  if (cursor !== undefined && positionOf(cursor) === undefined) {
    return refuse("VALIDATION_FAILED", "This cursor is not one that a page gave", {
      errors: [{ path: "cursor", message: "Send nextCursor as it came, or none" }],
    });
  }
  if (cursor === undefined && page * limit > DEEPEST_ROW) {
    return refuse(
      "VALIDATION_FAILED",
      `Pages end at row ${DEEPEST_ROW}: go on with the nextCursor of the page before`,
      { errors: [{ path: "page", message: `page × limit is at most ${DEEPEST_ROW}` }] },
    );
  }
  return undefined;
}

export type Position = (string | number)[];

/** Base64url of JSON; what is not ASCII is escaped as JSON may, so that every character is one byte. */
const encode = (position: Position): string =>
  btoa(
    JSON.stringify(position).replace(
      /[^\x20-\x7e]/g,
      (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
    ),
  ).replace(/[+/=]/g, (sign) => URL_SIGNS[sign] ?? "");
const URL_SIGNS: Readonly<Record<string, string>> = { "+": "-", "/": "_" };

const position = z
  .array(z.union([z.string(), z.number()]))
  .min(1)
  .max(4);

export function positionOf(cursor: string): Position | undefined {
  try {
    const text = atob(cursor.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    const parsed = position.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** What one more row than the page needs: `limit` and `offset` of its SELECT. */
export const windowOf = ({
  limit,
  page = 1,
  cursor,
}: PageAsk): { limit: number; offset: number } => ({
  limit: limit + 1,
  offset: cursor === undefined ? (page - 1) * limit : 0,
});

/** Rows after the cursor in the order of the columns, all one way; nothing without a cursor. */
export function afterCursor(
  cursor: string | undefined,
  columns: readonly (SQLiteColumn | SQL)[],
  direction: "asc" | "desc",
): SQL | undefined {
  const from = cursor === undefined ? undefined : positionOf(cursor);
  if (from === undefined || from.length !== columns.length) return undefined;
  return beyond(from, columns, direction);
}

/**
 * Rows after a position in the rising order of the columns, as a job's page begins; all without one. A second
 * lower bound beside it would be the one that SQLite seeks by.
 */
export const afterPosition = (
  position: Position | null,
  columns: readonly (SQLiteColumn | SQL)[],
): SQL | undefined => (position === null ? undefined : beyond(position, columns, "asc"));

function beyond(
  from: Position,
  columns: readonly (SQLiteColumn | SQL)[],
  direction: "asc" | "desc",
): SQL {
  const left = sql.join([...columns], sql`, `);
  const right = sql.join(
    from.map((value) => sql`${value}`),
    sql`, `,
  );
  return direction === "asc" ? sql`(${left}) > (${right})` : sql`(${left}) < (${right})`;
}

type Owned = SQLiteTable & Record<"id" | "organizationId", SQLiteColumn>;
type RowsOf<T extends SQLiteTable> = RunnableQuery<T["$inferSelect"][], "sqlite">;

/** One page of an organization's rows, the newest first: ids are made in the order of time. */
export function newestFirst<T extends Owned>(
  db: Db,
  table: T,
  { orgId, ask, filters = [] }: { orgId: string; ask: PageAsk; filters?: (SQL | undefined)[] },
): RowsOf<T> {
  const { limit, offset } = windowOf(ask);
  const after = afterCursor(ask.cursor, [table.id], "desc");
  const page = db
    .select()
    .from(table as SQLiteTable)
    .where(and(eq(table.organizationId, orgId), ...filters, after))
    .orderBy(desc(table.id))
    .limit(limit)
    .offset(offset);
  // SAFETY: a select of the whole table; drizzle cannot see its rows through the type parameter.
  return page as unknown as RowsOf<T>;
}

/**
 * The page out of `limit + 1` rows; `at` gives a row's values of the columns that order it. `scannedTo` is
 * where a bounded scan ended: the page may come short there and still goes on.
 */
export function pageOf<R, T>(
  ask: PageAsk,
  rows: readonly R[],
  at: (row: R) => Position,
  show: (row: R) => T,
  scannedTo?: Position,
): Page<T> {
  const shown = rows.slice(0, ask.limit);
  const last = shown.at(-1);
  const next = rows.length > ask.limit && last !== undefined ? at(last) : scannedTo;
  return {
    data: shown.map(show),
    page: ask.cursor === undefined ? (ask.page ?? 1) : null,
    limit: ask.limit,
    hasMore: next !== undefined,
    nextCursor: next === undefined ? null : encode(next),
  };
}
