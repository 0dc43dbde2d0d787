import { sql } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import * as z from "zod";
import { type Fault, type Refusal, refuse } from "../kernel/error.ts";
import { id } from "../kernel/id.ts";
import { type Db, jsonRows, type Statement } from "../kernel/statement.ts";

/** How many chapters or modules a course may have, and sections a module. */
export const CHAPTERS_MAX = 200;
export const MODULES_MAX = 500;
export const SECTIONS_MAX = 100;

export const position = z
  .int()
  .min(0)
  .max(MODULES_MAX)
  .describe("From 0; at the end where left out");
export const order = z.array(id).min(1).max(MODULES_MAX).describe("Each exactly once, in order");

/** The ids with one more, or with one moved, at a position; past the end is the end. */
export function placed(ids: readonly string[], one: string, at: number | undefined): string[] {
  const others = ids.filter((each) => each !== one);
  return at === undefined ? [...others, one] : others.toSpliced(at, 0, one);
}

/** Refused unless `wanted` names each of `present` exactly once, with what is missing, doubled or foreign. */
export function orderFault(
  wanted: readonly string[],
  present: readonly string[],
  { field, noun, parent }: { field: string; noun: string; parent: string },
): Refusal<"VALIDATION_FAILED"> | undefined {
  const errors: Fault[] = wanted.flatMap((one, at) => {
    const path = `${field}.${at}`;
    if (!present.includes(one))
      return [{ path, message: `${one} is no ${noun} of this ${parent}` }];
    return wanted.indexOf(one) === at ? [] : [{ path, message: `${one} is named twice` }];
  });
  for (const one of present) {
    if (!wanted.includes(one)) errors.push({ path: field, message: `${one} is missing` });
  }
  if (errors.length === 0) return undefined;
  return refuse(
    "VALIDATION_FAILED",
    `Correct ${field}: name each ${noun} of the ${parent} exactly once`,
    { errors },
  );
}

export const tooMany = (
  count: number,
  most: number,
  what: string,
): Refusal<"RULE_FAILED"> | undefined =>
  count > most ? refuse("RULE_FAILED", `There are at most ${most} ${what}`) : undefined;

type Placed = SQLiteTable & Record<"id" | "organizationId" | "position", SQLiteColumn>;
type Versioned = Placed & Record<"version", SQLiteColumn>;

const NEW_PLACE = sql.raw(`set position = "place"."key", updated_at =`);

/** Dense positions in one statement, whatever their number; what stays in its place is not touched. */
export const writeOrder = (
  db: Db,
  table: Placed,
  ids: readonly string[],
  { orgId, now }: { orgId: string; now: number },
): Statement =>
  db.all(sql`update ${table} ${NEW_PLACE} ${now} from ${jsonRows(ids)} as "place"
    where ${table.id} = "place"."value" and ${table.organizationId} = ${orgId}
    and ${table.position} <> "place"."key"`);

/** The same for rows with a version of their own, which a new place raises. */
export const writeVersionedOrder = (
  db: Db,
  table: Versioned,
  ids: readonly string[],
  { orgId, now }: { orgId: string; now: number },
): Statement =>
  db.all(sql`update ${table} ${NEW_PLACE} ${now}, version = ${table.version} + 1
    from ${jsonRows(ids)} as "place"
    where ${table.id} = "place"."value" and ${table.organizationId} = ${orgId}
    and ${table.position} <> "place"."key"`);
