import * as z from "zod";
import { assignmentById } from "../assessment/statements.ts";
import { coursesAmong, modulesAmong } from "../catalog/statements.ts";
import { memberById } from "../identity/statements.ts";
import { type Db, maybe, type Rows } from "../kernel/statement.ts";
import { type StepAsk, step, taskKind } from "../kernel/task.ts";
import { SECOND } from "../kernel/time.ts";
import { channelOfEvent, forwardedOn } from "./forwarding.ts";

const told = z.strictObject({
  type: z.string(),
  payload: z.record(z.string(), z.unknown()),
  occurredAt: z.int(),
});
type Told = z.infer<typeof told>;
type Ask = { db: Db; orgId: string; subject: string; payload: Told };

/** An event names nobody: whoever is told reads the names of people and things as they are now. */
function read({ db, orgId, payload: { type, payload } }: Ask) {
  const idOf = (field: string): string | undefined => {
    const value = payload[field];
    return typeof value === "string" ? value : undefined;
  };
  const [courseId, moduleId] = [idOf("courseId"), idOf("moduleId")];
  const [learnerId, assignmentId] = [idOf("learnerId"), idOf("assignmentId")];
  const isOfLearner = type.startsWith("enrollment.") || type.startsWith("submission.");
  return {
    course: courseId === undefined ? undefined : maybe(coursesAmong(db, orgId, [courseId])),
    module: moduleId === undefined ? undefined : maybe(modulesAmong(db, orgId, [moduleId])),
    learner:
      isOfLearner && learnerId !== undefined ? maybe(memberById(db, orgId, learnerId)) : undefined,
    assignment:
      assignmentId === undefined ? undefined : maybe(assignmentById(db, orgId, assignmentId)),
  };
}

function namesOf(
  { course, module, learner, assignment }: Rows<ReturnType<typeof read>>,
  { type, occurredAt }: Told,
) {
  const names = {
    courseTitle: course?.title,
    moduleName: module?.title,
    assignmentTitle: assignment?.title,
    learnerName: learner && (learner.displayName ?? ""),
    enrolledAt: STARTS.includes(type) ? occurredAt : undefined,
  };
  return Object.fromEntries(Object.entries(names).filter(([, value]) => value !== undefined));
}

const STARTS = ["enrollment.created", "enrollment.activated", "enrollment.reactivated"];

/** Tells an event to those who hear its channel, under the event's id: `subject` is that. */
export const forwardEvent = taskKind({
  kind: "live.forward",
  queue: "jobs",
  payload: told,
  attemptsMax: 10,
  timeoutMs: 20 * SECOND,
  steps: {
    forward: step({
      read,
      run: async (rows, { orgId, subject, payload, ports }: StepAsk<Told>) => {
        if (ports.realtime.bridged) return {};
        // A submission's first event leaves its course to its assignment.
        const courseId = payload.payload.courseId ?? rows.assignment?.courseId;
        const event = { ...payload, payload: { ...payload.payload, courseId }, orgId };
        const channel = channelOfEvent(event);
        if (channel === undefined) return {};
        const message = forwardedOn(channel, event, namesOf(rows, payload));
        await ports.realtime.publish(orgId, [{ id: subject, ...message }]);
        return {};
      },
    }),
  },
});

const change = z.strictObject({
  act: z.enum(["drop", "recheck"]),
  userId: z.string().nullable(),
});
type Change = z.infer<typeof change>;

/** Lets a member's sockets go, or reads anew what it may hear; everybody where none is named. */
export const changeHearers = taskKind({
  kind: "live.change-hearers",
  queue: "jobs",
  payload: change,
  attemptsMax: 10,
  timeoutMs: 60 * SECOND,
  steps: {
    change: step({
      read: () => ({}),
      run: async (_, { orgId, payload: { act, userId }, ports }: StepAsk<Change>) => {
        if (act === "recheck") await ports.realtime.recheck(orgId, userId);
        else if (userId !== null) await ports.realtime.drop(orgId, userId);
        return {};
      },
    }),
  },
});
