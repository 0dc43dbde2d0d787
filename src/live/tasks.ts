import * as z from "zod";
import { settingsOf } from "../kernel/settings.ts";
import { type Db, found } from "../kernel/statement.ts";
import { newTask, type StepAsk, step, taskKind } from "../kernel/task.ts";
import { SECOND } from "../kernel/time.ts";
import { nextReminderAt } from "./reminders.ts";
import { newsOf } from "./room.ts";
import {
  sessionsAheadOf,
  sessionsLost,
  sessionsOfPerson,
  sessionWithDefaults,
} from "./statements.ts";

const tell = step({
  read: ({ db, orgId, subject }) => ({
    session: found("Session", sessionWithDefaults(db, orgId, subject)),
  }),
  run: async ({ session }, { ports, settings, now }) => {
    const { sessionReminderMinutes } = settingsOf(settings, {
      defaults: session.defaults ?? {},
    }).defaults;
    const remindAt = nextReminderAt(sessionReminderMinutes, session, now);
    await ports.sessions.tell({ ...newsOf(session), remindAt });
    return {};
  },
});

/** Tells the session's object what the row says now. */
export const tellSession = taskKind({
  kind: "live.tell-session",
  queue: "jobs",
  payload: z.strictObject({}),
  attemptsMax: 10,
  timeoutMs: 20 * SECOND,
  steps: { tell },
});

const PAGE = 25;

const leaver = z.strictObject({ forget: z.boolean(), after: z.string() });
type Leaver = z.infer<typeof leaver>;

/** Closes a person's sockets in every session that it may be in, and takes its name out where it is erased. */
export const dropMember = taskKind({
  kind: "live.drop-member",
  queue: "jobs",
  payload: leaver,
  attemptsMax: 10,
  timeoutMs: 60 * SECOND,
  steps: {
    drop: step({
      read: ({ db, orgId, subject, payload: { after, forget } }: PageAsk<Leaver>) => ({
        sessions: sessionsOfPerson(db, orgId, subject, {
          after,
          limit: PAGE,
          joinable: !forget,
        }),
      }),
      run: async (
        { sessions },
        { ports, subject: userId, payload: { forget } }: StepAsk<Leaver>,
      ) => {
        await Promise.all(
          sessions.map(({ id: sessionId }) => ports.sessions.drop({ sessionId, userId, forget })),
        );
        const last = sessions[PAGE - 1];
        return last ? { next: { step: "drop", payload: { forget, after: last.id } } } : {};
      },
    }),
  },
});

const unenrolled = z.strictObject({ cohortId: z.string(), after: z.string() });
type Unenrolled = z.infer<typeof unenrolled>;

/** Closes a learner's sockets in the sessions of a cohort that it is no more enrolled in; back in it, none. */
export const dropLearner = taskKind({
  kind: "live.drop-learner",
  queue: "jobs",
  payload: unenrolled,
  attemptsMax: 10,
  timeoutMs: 60 * SECOND,
  steps: {
    drop: step({
      read: ({ db, orgId, subject, payload }: PageAsk<Unenrolled>) => ({
        sessions: sessionsLost(db, orgId, { learnerId: subject, ...payload, limit: PAGE }),
      }),
      run: async ({ sessions }, { ports, subject: userId, payload }: StepAsk<Unenrolled>) => {
        await Promise.all(
          sessions.map(({ id: sessionId }) =>
            ports.sessions.drop({ sessionId, userId, forget: false }),
          ),
        );
        const last = sessions[PAGE - 1];
        return last ? { next: { step: "drop", payload: { ...payload, after: last.id } } } : {};
      },
    }),
  },
});

const ahead = z.strictObject({ from: z.tuple([z.int(), z.string()]) });
type Ahead = z.infer<typeof ahead>;
type PageAsk<P> = { db: Db; payload: P; orgId: string; subject: string };

/** Has every session still ahead told to its object anew, for what it goes by has changed. */
export const tellSessionsAhead = taskKind({
  kind: "live.tell-ahead",
  queue: "jobs",
  payload: ahead,
  attemptsMax: 10,
  timeoutMs: 20 * SECOND,
  steps: {
    page: step({
      read: ({ db, orgId, payload: { from } }: PageAsk<Ahead>) => ({
        sessions: sessionsAheadOf(db, orgId, { from, limit: PAGE }),
      }),
      run: async ({ sessions }) => {
        const last = sessions[PAGE - 1];
        return {
          tasks: sessions.map(({ id }) => newTask(tellSession, { subject: id, payload: {} })),
          ...(last && {
            next: { step: "page", payload: { from: [last.scheduledAt, last.id] } },
          }),
        };
      },
    }),
  },
});
