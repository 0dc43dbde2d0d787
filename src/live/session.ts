import { and, eq } from "drizzle-orm";
import * as z from "zod";
import { type EnrollmentRow, isCounted } from "../enrollment/statements.ts";
import type { NewEvent } from "../kernel/event.ts";
import type { Actor, Permission } from "../kernel/permission.ts";
import { type Db, found } from "../kernel/statement.ts";
import { newTask } from "../kernel/task.ts";
import { line } from "../kernel/text.ts";
import { iso, isoOrNull, shownInstant } from "../kernel/time.ts";
import { plannedEndOf } from "./room.ts";
import { lmsLiveSessions, SESSION_STATUSES } from "./schema.ts";
import { cohortOfSession, courseOfSession, type SessionRow, sessionById } from "./statements.ts";
import { tellSession } from "./tasks.ts";

export const httpsUrl = z
  .url({ protocol: /^https$/, hostname: z.regexes.domain })
  .max(2_000)
  .describe("An https address");

/** What an instructor may set, in `create` as in `update`, beside the instant. */
export const sessionFields = {
  title: line(200),
  durationMinutes: z.int().min(1).max(1_440).describe("Minutes, a day at most"),
};

export const sessionAnswer = z.object({
  id: z.string(),
  cohortId: z.string(),
  courseId: z.string(),
  instructorId: z.string(),
  title: z.string(),
  scheduledAt: shownInstant,
  durationMinutes: z.int(),
  endsAt: shownInstant.describe("The planned end"),
  provider: z.string(),
  meetingUrl: z.string().nullable(),
  recordingUrl: z.string().nullable(),
  status: z.enum(SESSION_STATUSES),
  startedAt: shownInstant.nullable(),
  endedAt: shownInstant.nullable(),
  cancelledAt: shownInstant.nullable(),
  createdAt: shownInstant,
  updatedAt: shownInstant,
  version: z.int(),
});

export const showSession = (row: SessionRow): z.infer<typeof sessionAnswer> => ({
  id: row.id,
  cohortId: row.cohortId,
  courseId: row.courseId,
  instructorId: row.instructorId,
  title: row.title,
  scheduledAt: iso(row.scheduledAt),
  durationMinutes: row.durationMinutes,
  endsAt: iso(plannedEndOf(row)),
  provider: row.provider,
  meetingUrl: row.meetingUrl,
  recordingUrl: row.recordingUrl,
  status: row.status,
  startedAt: isoOrNull(row.startedAt),
  endedAt: isoOrNull(row.endedAt),
  cancelledAt: isoOrNull(row.cancelledAt),
  createdAt: iso(row.createdAt),
  updatedAt: iso(row.updatedAt),
  version: row.version,
});

/** What every event of a session names. */
export const namesOf = ({
  id: sessionId,
  cohortId,
  courseId,
  instructorId,
  title,
}: SessionRow) => ({
  sessionId,
  cohortId,
  courseId,
  instructorId,
  title,
});

export const sessionBy = (act: string): Permission => ({
  action: `session:${act}`,
  any: ["lms-admin"],
  own: ["instructor"],
});
export const sessionReadBy = (act: string): Permission => ({
  action: `session:${act}`,
  any: ["lms-admin"],
  own: ["instructor", "member"],
});

type Taught = {
  session?: { instructorId: string };
  cohort: { id: string; instructorId: string };
  course: { instructorId: string };
};
type Attended = Taught & {
  enrollment: Pick<EnrollmentRow, "status" | "cohortId"> | undefined;
};

/** The instructor of the session, of its cohort or of its course. */
export const ownSession = {
  instructor: ({ session, cohort, course }: Taught, actor: Actor): boolean =>
    [session, cohort, course].some((one) => one?.instructorId === actor.id),
};

/** Its instructors, and the learners enrolled in its cohort. */
export const participants = {
  ...ownSession,
  member: ({ enrollment, cohort }: Attended): boolean =>
    enrollment?.cohortId === cohort.id && isCounted(enrollment),
};

/** What a command on one session reads, all of it by the session's id. */
export const readSession = (db: Db, orgId: string, sessionId: string) => ({
  session: found("Session", sessionById(db, orgId, sessionId)),
  cohort: found("Session", cohortOfSession(db, orgId, sessionId)),
  course: found("Session", courseOfSession(db, orgId, sessionId)),
});

/** A session's next version: its row, its event and the task that tells its object. */
export function changed(
  db: Db,
  session: SessionRow,
  set: Partial<SessionRow>,
  { now, told }: { now: number; told: (next: SessionRow) => NewEvent },
) {
  const fields = { ...set, version: session.version + 1, updatedAt: now };
  const next = { ...session, ...fields };
  return {
    answer: showSession(next),
    events: [told(next)],
    writes: [
      db
        .update(lmsLiveSessions)
        .set(fields)
        .where(
          and(
            eq(lmsLiveSessions.id, session.id),
            eq(lmsLiveSessions.organizationId, session.organizationId),
          ),
        ),
    ],
    tasks: [newTask(tellSession, { subject: session.id, payload: {} })],
  };
}
