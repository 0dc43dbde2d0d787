import * as z from "zod";
import { command } from "../../kernel/command.ts";
import { refuse } from "../../kernel/error.ts";
import { id } from "../../kernel/id.ts";
import { EVERY_MEMBER } from "../../kernel/permission.ts";
import { found } from "../../kernel/statement.ts";
import { cohortTold, placesGivenUp, waitIn } from "../statements.ts";

/** A place in line is no root: leaving it is no event. */
export const waitingListLeave = command({
  type: "lms.cohort.leaveWaitingList",
  summary: "Give up one's place on a cohort's waiting list",
  input: z.strictObject({
    cohortId: id,
    learnerId: id.optional().describe("The caller; the cohort itself names others"),
  }),
  output: z.object({ cohortId: z.string(), learnerId: z.string() }),
  permission: { action: "waiting-list:leave", any: EVERY_MEMBER },
  emits: [],
  refuses: [],
  read: ({ db, input, actor }) => ({
    wait: found("Place", waitIn(db, actor.orgId, input.cohortId, input.learnerId ?? actor.id)),
  }),
  decide: ({ wait }, { db, actor }) => {
    const { cohortId, learnerId } = wait;
    if (actor.type !== "system" && learnerId !== actor.id) {
      return refuse("PERMISSION_DENIED", "Permission denied: waiting-list:leave for another");
    }
    return {
      answer: { cohortId, learnerId },
      writes: [placesGivenUp(db, actor.orgId, [wait])],
      tasks: [cohortTold(cohortId, learnerId)],
    };
  },
});
