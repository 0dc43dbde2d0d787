import * as z from "zod";
import { enrollmentsInCohort } from "../enrollment/statements.ts";
import { PAGE_COMMANDS } from "../kernel/job.ts";
import type { Outcome } from "../kernel/outcome.ts";
import { type Db, found } from "../kernel/statement.ts";
import { type NamedCommand, type StepAsk, step, taskKind } from "../kernel/task.ts";
import { MINUTE } from "../kernel/time.ts";
import { sessionsAheadIn } from "../live/statements.ts";
import { type CohortRow, cohortById } from "./statements.ts";

/** Whoever waits for a payment comes first: one that is paid for meanwhile is found among the active ones. */
const PHASES = ["pending-payment", "active"] as const;

const payload = z.strictObject({
  phase: z.enum(PHASES).default("pending-payment"),
  after: z.string().nullable().default(null),
});
type Payload = z.infer<typeof payload>;
type ReadAsk = { db: Db; payload: Payload; orgId: string; subject: string };
type Dispatch = (type: string, more: Record<string, unknown>) => Promise<Outcome>;

/** A refusal is an answer, unless trying again could end otherwise: then the page runs again. */
async function settled(outcome: Promise<Outcome>): Promise<boolean> {
  const answer = await outcome;
  if (answer.ok) return true;
  const { refused, detail } = answer.refusal;
  if (refused === "CONFLICT" || refused === "OVERLOADED") throw new Error(detail);
  return false;
}

type Left = { id: string; status: string; pricePaidAmount: number };

/**
 * An enrollment moves with the cohort while there are seats, else its money goes back, and the access with it;
 * what was not paid for is cancelled. Done again it finds nothing left to do.
 */
async function leave(
  enrollment: Left,
  { moveTo }: Pick<CohortRow, "moveTo">,
  dispatch: Dispatch,
): Promise<void> {
  const about = { enrollmentId: enrollment.id };
  if (moveTo && (await settled(dispatch("lms.enrollment.move", { ...about, cohortId: moveTo })))) {
    return;
  }
  const isPriced = enrollment.pricePaidAmount > 0;
  if (isPriced) await settled(dispatch("lms.enrollment.refund", about));
  if (isPriced && enrollment.status === "active") return;
  await settled(dispatch("lms.enrollment.cancel", about));
}

const inOrder = async <T>(rows: readonly T[], act: (row: T) => Promise<void>): Promise<void> => {
  for (const row of rows) await act(row);
};

const named =
  ({ dispatch, orgId }: Pick<StepAsk<Payload>, "dispatch" | "orgId">): Dispatch =>
  (type, more) =>
    dispatch({ orgId, type, payload: more } satisfies NamedCommand);

const enrollments = step({
  read: ({ db, payload: { phase, after }, orgId, subject }: ReadAsk) => ({
    cohort: found("Cohort", cohortById(db, orgId, subject)),
    page: enrollmentsInCohort(db, orgId, {
      cohortId: subject,
      status: phase,
      after,
      limit: PAGE_COMMANDS,
    }),
  }),
  run: async ({ cohort, page }, ask) => {
    await inOrder(page, (one) => leave(one, cohort, named(ask)));
    const last = page.length < PAGE_COMMANDS ? undefined : page.at(-1);
    if (last) {
      return { next: { step: "enrollments", payload: { ...ask.payload, after: last.id } } };
    }
    return ask.payload.phase === "active"
      ? { next: { step: "sessions", payload: { phase: "active", after: null } } }
      : { next: { step: "enrollments", payload: { phase: "active", after: null } } };
  },
});

const sessions = step({
  read: ({ db, payload: { after }, orgId, subject }: ReadAsk) => ({
    page: sessionsAheadIn(db, orgId, { cohortId: subject, after, limit: PAGE_COMMANDS }),
  }),
  run: async ({ page }, ask) => {
    const dispatch = named(ask);
    await inOrder(page, async ({ id: sessionId, status }) => {
      const act = status === "live" ? "end" : "cancel";
      await settled(dispatch(`lms.session.${act}`, { sessionId }));
    });
    const last = page.length < PAGE_COMMANDS ? undefined : page.at(-1);
    return last ? { next: { step: "sessions", payload: { ...ask.payload, after: last.id } } } : {};
  },
});

/** What becomes of the learners and sessions of a cohort that was cancelled, page by page. */
export const closeCohort = taskKind({
  kind: "cohorts.close",
  queue: "jobs",
  payload,
  attemptsMax: 10,
  timeoutMs: 2 * MINUTE,
  steps: { enrollments, sessions },
});
