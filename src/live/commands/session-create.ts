import * as z from "zod";
import { closedFault, cohortById, courseOfCohort, whileOpen } from "../../cohorts/statements.ts";
import { command } from "../../kernel/command.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { found } from "../../kernel/statement.ts";
import { newTask } from "../../kernel/task.ts";
import { instant, iso } from "../../kernel/time.ts";
import { sessionCreated } from "../events.ts";
import { lmsLiveSessions } from "../schema.ts";
import {
  httpsUrl,
  namesOf,
  ownSession,
  sessionAnswer,
  sessionBy,
  sessionFields,
  showSession,
} from "../session.ts";
import type { SessionRow } from "../statements.ts";
import { tellSession } from "../tasks.ts";

export const sessionCreate = command({
  type: "lms.session.create",
  summary: "Schedule a live session of a cohort",
  input: z.strictObject({
    cohortId: id,
    ...sessionFields,
    scheduledAt: instant,
    provider: z
      .literal("built-in")
      .default("built-in")
      .describe("The session's own room, with any meeting address"),
    meetingUrl: httpsUrl.nullable().optional(),
  }),
  output: sessionAnswer,
  statuses: [201],
  permission: sessionBy("create"),
  feature: "enableLiveSessions",
  emits: [sessionCreated],
  refuses: ["INVALID_TRANSITION"],
  read: ({ db, input, actor }) => ({
    cohort: found("Cohort", cohortById(db, actor.orgId, input.cohortId)),
    course: found("Cohort", courseOfCohort(db, actor.orgId, input.cohortId)),
  }),
  own: ownSession,
  decide: ({ cohort }, { db, input, actor, now, id }) => {
    const fault = closedFault(cohort, "schedule a session");
    if (fault) return fault;
    const session: SessionRow = {
      id: id(),
      organizationId: actor.orgId,
      cohortId: cohort.id,
      courseId: cohort.courseId,
      instructorId: cohort.instructorId,
      title: input.title,
      scheduledAt: input.scheduledAt,
      durationMinutes: input.durationMinutes,
      provider: input.provider,
      meetingId: null,
      meetingUrl: input.meetingUrl ?? null,
      recordingUrl: null,
      status: "scheduled",
      startedAt: null,
      endedAt: null,
      cancelledAt: null,
      cancelReason: null,
      version: 1,
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
    };
    const { scheduledAt, durationMinutes, meetingUrl } = session;
    return {
      answer: showSession(session),
      events: [
        event(
          sessionCreated,
          { id: session.id, version: 0 },
          { ...namesOf(session), scheduledAt: iso(scheduledAt), durationMinutes, meetingUrl },
        ),
      ],
      writes: [whileOpen(db, actor.orgId, cohort.id), db.insert(lmsLiveSessions).values(session)],
      tasks: [newTask(tellSession, { subject: session.id, payload: {} })],
    };
  },
});
