import type { EnrollmentRow } from "../enrollment/statements.ts";
import { event, type NewEvent } from "../kernel/event.ts";
import type { Db, Statement } from "../kernel/statement.ts";
import { iso } from "../kernel/time.ts";
import { moduleStarted } from "./events.ts";
import { NOT_STARTED, type Progress } from "./shown.ts";
import type { ModuleProgressRow } from "./statements.ts";
import { upsertModuleProgress } from "./writes.ts";

export type Started = { progress: Progress; events: NewEvent[]; writes: Statement[] };

/** Starts a module the first time; nothing to say and to write where it has been. */
export function moduleStart(
  ask: { db: Db; now: number; id: () => string },
  enrollment: EnrollmentRow,
  moduleId: string,
  before: ModuleProgressRow | undefined,
): Started {
  if (before?.startedAt) return { progress: before, events: [], writes: [] };
  const { now } = ask;
  const id = before?.id ?? ask.id();
  const set = { status: "in-progress" as const, startedAt: now };
  return {
    progress: { ...(before ?? NOT_STARTED), ...set },
    events: [
      event(moduleStarted, enrollment, {
        moduleProgressId: id,
        enrollmentId: enrollment.id,
        moduleId,
        learnerId: enrollment.learnerId,
        courseId: enrollment.courseId,
        startedAt: iso(now),
      }),
    ],
    writes: [upsertModuleProgress(ask, enrollment, { id, moduleId, ...set })],
  };
}
