import * as z from "zod";
import { id } from "../kernel/id.ts";
import { pageFault, pageInput, pageOf, pageOutput, positionOf, windowOf } from "../kernel/page.ts";
import { query } from "../kernel/query.ts";
import { cohortWithinBy, ownCohortOrIn, readWithin } from "./cohort.ts";

/** The cohort's object alone knows: D1 says only who may ask. */
export const cohortsOnline = query({
  type: "lms.cohorts.online",
  summary: "Who of a cohort is connected now",
  input: z.strictObject({ cohortId: id, ...pageInput }),
  output: pageOutput(z.object({ userId: z.string(), name: z.string() })).extend({
    count: z.int().describe("All who are connected"),
  }),
  permission: cohortWithinBy,
  fault: pageFault,
  read: ({ db, input, actor }) => readWithin(db, actor, input.cohortId),
  own: ownCohortOrIn,
  answer: async (_, { input, cohorts }) => {
    const { limit, offset } = windowOf(input);
    const [after] = (input.cursor && positionOf(input.cursor)) || [null];
    const window = { limit, offset, after: after === null ? null : String(after) };
    const { people, count } = await cohorts.online(input.cohortId, window);
    return {
      ...pageOf(
        input,
        people,
        ({ userId }) => [userId],
        (one) => one,
      ),
      count,
    };
  },
});
