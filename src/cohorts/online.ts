import * as z from "zod";
import { MINUTE } from "../kernel/time.ts";

/** Who is told of as connected counts for so long; a teller that is there tells again every half of it. */
export const ONLINE_MS = 2 * MINUTE;

/** As many as one call names. */
export const ONLINE_PEOPLE_MAX = 1_000;

const teller = {
  cohortId: z.string().min(1),
  /** Who tells: one gateway object, which speaks for its own sockets alone. */
  teller: z.string().min(1).max(200),
};

/** Those connected by one teller now, as far as it names them. */
export const presentNews = z.object({
  ...teller,
  people: z
    .array(z.object({ userId: z.string().min(1), name: z.string().max(200) }))
    .max(ONLINE_PEOPLE_MAX),
});
export const absentNews = z.object({
  ...teller,
  userIds: z.array(z.string().min(1)).max(ONLINE_PEOPLE_MAX),
});
export type PresentNews = z.infer<typeof presentNews>;
export type AbsentNews = z.infer<typeof absentNews>;
