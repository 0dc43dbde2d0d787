import { and, desc, eq } from "drizzle-orm";
import * as z from "zod";
import { id } from "../kernel/id.ts";
import { afterCursor, pageFault, pageInput, pageOf, pageOutput, windowOf } from "../kernel/page.ts";
import { query } from "../kernel/query.ts";
import { lmsDeadLetters } from "../kernel/schema.ts";
import { instant } from "../kernel/time.ts";
import { DEAD_LETTER_STATES, deadLetter, deadLetters, showDeadLetter } from "./dead-letter.ts";
import { logEntry, showLogEntry } from "./log-entry.ts";
import { logReads } from "./log-window.ts";
import { deadLetterReadBy, eventReadBy } from "./permissions.ts";

const ROOT_WHOLE = { path: ["aggregateId"], message: "aggregateType and aggregateId go together" };

export const adminEvents = query({
  type: "lms.admin.events",
  summary: "The audit log of the organization",
  input: z
    .strictObject({
      ...pageInput,
      type: z
        .string()
        .max(100)
        .regex(/^[a-z]+(?:-[a-z]+)*\.(?:\*|[a-z]+(?:-[a-z]+)*)$/, "As course.published or course.*")
        .optional()
        .describe("An event's type, or a pattern: `enrollment.*`, `lms.*` for everything"),
      aggregateType: z.string().max(50).optional().describe("With aggregateId: one root's events"),
      aggregateId: id.optional(),
      actorId: id.optional(),
      correlationId: z.string().min(1).max(100).optional(),
      since: instant.optional(),
      until: instant.optional().describe("Instant, ISO 8601 with an offset; not included"),
      order: z.enum(["newest", "oldest"]).default("newest"),
    })
    .refine(
      (input) => (input.aggregateType === undefined) === (input.aggregateId === undefined),
      ROOT_WHOLE,
    ),
  output: pageOutput(logEntry),
  permission: eventReadBy,
  streams: true,
  fault: pageFault,
  read: ({ db, input, actor }) => logReads(db, actor.orgId, input),
  answer: ({ entries, end }, { input }) =>
    pageOf(input, entries, (row) => [row.seq], showLogEntry, end?.[0] && [end[0].seq]),
});

export const adminDeadLetters = query({
  type: "lms.admin.deadLetters",
  summary: "Listeners and tasks that failed",
  input: z.strictObject({
    ...pageInput,
    state: z
      .enum(DEAD_LETTER_STATES)
      .default("dead")
      .describe("failing: tried again by itself; dead: given up; retried: sent again by an admin"),
  }),
  output: pageOutput(deadLetter),
  permission: deadLetterReadBy,
  fault: pageFault,
  read: ({ db, input, actor }) => {
    const { limit, offset } = windowOf(input);
    return {
      letters: deadLetters(db)
        .where(
          and(
            eq(lmsDeadLetters.organizationId, actor.orgId),
            eq(lmsDeadLetters.state, input.state),
            afterCursor(input.cursor, [lmsDeadLetters.id], "desc"),
          ),
        )
        .orderBy(desc(lmsDeadLetters.id))
        .limit(limit)
        .offset(offset),
    };
  },
  answer: ({ letters }, { input }) => pageOf(input, letters, (row) => [row.id], showDeadLetter),
});
