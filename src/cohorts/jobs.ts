import { dispatchEach, endOf, job, PAGE_COMMANDS } from "../kernel/job.ts";
import type { Position } from "../kernel/page.ts";
import { cohortsTurning } from "./statements.ts";
import { latestDate, turnDue } from "./turning.ts";

/** Those to activate come first, so that one whose whole time went by in an outage is completed too. */
const PHASES = ["scheduled", "active"] as const;
type Phase = (typeof PHASES)[number];

const at = (cursor: Position | null): { phase: Phase; after: Position | null } => {
  const [phase, ...after] = cursor ?? [];
  return {
    phase: phase === "active" ? "active" : "scheduled",
    after: after.length > 0 ? after : null,
  };
};

export const cohortActivation = job({
  name: "lms.cohort-activation",
  summary:
    "Activates cohorts whose first day has begun in their zone, completes those whose last is over",
  cron: "0 6 * * *",
  read: ({ db, now, cursor }) => ({
    cohorts: cohortsTurning(db, at(cursor).phase, {
      until: latestDate(now),
      after: at(cursor).after,
      limit: PAGE_COMMANDS,
    }),
  }),
  run: async ({ cohorts }, ask) => {
    const { phase } = at(ask.cursor);
    const commands = cohorts.flatMap((cohort) => {
      const turn = turnDue(cohort, ask.now);
      if (turn === undefined) return [];
      const { organizationId: orgId, id: cohortId, version } = cohort;
      return [{ orgId, type: `lms.cohort.${turn}`, payload: { cohortId }, ifMatch: version }];
    });
    const counts = await dispatchEach(ask, commands);
    const { next } = endOf(cohorts, PAGE_COMMANDS, (one) => [
      phase,
      phase === "scheduled" ? one.startDate : one.endDate,
      one.id,
    ]);
    const following: Position | undefined = phase === "scheduled" ? ["active"] : undefined;
    const then = next ?? following;
    return { ...counts, ...(then && { next: then }) };
  },
});
