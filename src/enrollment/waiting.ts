import * as z from "zod";
import {
  type CohortRow,
  cohortTold,
  placeTaken,
  type WaitingRow,
  whileOpen,
} from "../cohorts/statements.ts";
import { suspended } from "../identity/statements.ts";
import type { Accepted } from "../kernel/command.ts";
import { type Refusal, refuse } from "../kernel/error.ts";
import type { Actor } from "../kernel/permission.ts";
import type { WaitingPlace } from "../kernel/ports.ts";
import type { Db, Statement } from "../kernel/statement.ts";
import type { NewTask } from "../kernel/task.ts";
import { noticesWanted } from "../notifications/statements.ts";
import { type EnrollmentRow, whileNotEnrolled } from "./statements.ts";

/** A learner waits for seats of so many cohorts of a course at most. */
export const WAITS_MAX = 100;

export const waitingAnswer = z.object({
  waitingList: z.object({ position: z.int().describe("1 is the next to be offered a seat") }),
});

type Asked = {
  cohortId?: string | undefined;
  joinWaitingList?: boolean | undefined;
  fromWaitingList?: true | undefined;
};

/** Nobody waits for just any cohort. */
export const waitFault = ({ joinWaitingList, cohortId }: Asked) =>
  joinWaitingList && cohortId === undefined
    ? refuse("VALIDATION_FAILED", "Correct cohortId", {
        errors: [{ path: "cohortId", message: "Name the cohort to wait for" }],
      })
    : undefined;

/** A seat is offered by the cohort itself, and only to who waits for it and may act. */
export function offerFault(
  { fromWaitingList }: Asked,
  actor: Actor,
  { wait, learner }: { wait: WaitingRow | undefined; learner: { suspendedAt: number | null } },
): Refusal<"PERMISSION_DENIED" | "RULE_FAILED" | "SUSPENDED"> | undefined {
  if (!fromWaitingList) return undefined;
  if (actor.type !== "system") {
    return refuse("PERMISSION_DENIED", "A seat is offered by its cohort alone");
  }
  if (!wait) return refuse("RULE_FAILED", "The learner waits for a seat of this cohort no more");
  return learner.suspendedAt === null ? undefined : suspended;
}

type Joining = {
  db: Db;
  cohort: CohortRow;
  wait: WaitingRow | undefined;
  learnerId: string;
  now: number;
  id: () => string;
  guards: readonly Statement[];
};

/** No enrollment, but a place in line: the one that the cohort's object gave. */
export const joinedLine =
  ({ db, cohort, wait, learnerId, now, id, guards }: Joining) =>
  ({ place, position }: WaitingPlace): Accepted<z.infer<typeof waitingAnswer>> => {
    const { organizationId, id: cohortId, courseId } = cohort;
    const row: WaitingRow = {
      id: wait?.id ?? id(),
      organizationId,
      cohortId,
      courseId,
      learnerId,
      place,
      createdAt: wait?.createdAt ?? now,
      updatedAt: now,
      deletedAt: null,
    };
    return {
      answer: { waitingList: { position } },
      status: 202,
      writes: [
        ...guards,
        whileOpen(db, organizationId, cohortId),
        whileNotEnrolled(db, row),
        placeTaken(db, row),
      ],
      tasks: [cohortTold(cohortId, learnerId)],
    };
  };

/** Who was offered a seat is told until when to pay; who has it at once is told by its activation. */
export const offerTold = ({
  id: enrollmentId,
  learnerId,
  courseId,
  cohortId,
  seatUntil,
}: EnrollmentRow): NewTask[] =>
  cohortId === null || seatUntil === null
    ? []
    : noticesWanted("cohort.place-offered", [
        {
          recipientId: learnerId,
          subject: enrollmentId,
          dueAt: seatUntil,
          about: { enrollmentId, courseId, cohortId },
        },
      ]);
