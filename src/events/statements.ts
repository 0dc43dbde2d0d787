import { type SQL, sql } from "drizzle-orm";
import { firstSince, SKEW_MS } from "./log-window.ts";

/** An instant, or an SQL that gives it. */
type InstantOf = number | SQL;

/**
 * Whether a row of `domain_event_log` is of an organization, of one of these types and of a span of time:
 * an index serves the types in the order of the log, and the span is found in it by halving.
 */
export const loggedBetween = (
  orgId: string,
  types: readonly string[],
  { from, until }: { from: InstantOf; until?: InstantOf },
): SQL => {
  const names = types.map((type) => sql`${type}`);
  const after = sql`organization_id = ${orgId} and event_name in (${sql.join(names, sql`, `)})
    and seq >= ${firstSince(sql`${from} - ${SKEW_MS}`)} and occurred_at >= ${from}`;
  return until === undefined
    ? after
    : sql`${after} and seq <= ${firstSince(sql`${until} + ${SKEW_MS}`)} and occurred_at < ${until}`;
};
