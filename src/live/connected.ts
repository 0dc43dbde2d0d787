import { isRunningCohort } from "../cohorts/statements.ts";
import { attendingAmong } from "../enrollment/statements.ts";
import { liveCredentials } from "../identity/statements.ts";
import type { Database } from "../kernel/ports.ts";
import type { Hearer } from "./channel-access.ts";

/** Of people connected in one organization: who attends which cohort, and whose session or key still is one. */
export async function connected(
  { db, batch }: Database,
  orgId: string,
  hearers: readonly Pick<Hearer, "userId" | "credential">[],
) {
  const people = [...new Set(hearers.map(({ userId }) => userId))];
  const ids = hearers.flatMap(({ credential }) => (credential ? [credential.id] : []));
  const attends = attendingAmong(db, orgId, people, isRunningCohort);
  const lives = liveCredentials(db, [...new Set(ids)]);
  // SAFETY: the rows of the two statements above, in their order.
  const [attending, live] = (await batch([attends, lives])) as [
    Awaited<typeof attends>,
    Awaited<typeof lives>,
  ];
  const alive = new Set(live.map(({ id }) => id));
  /** An issuer's token names an account, which ends with its member alone. */
  const isLive = ({ credential }: Pick<Hearer, "credential">): boolean =>
    credential === null || credential.kind === "token" || alive.has(credential.id);
  return { attending, isLive };
}
