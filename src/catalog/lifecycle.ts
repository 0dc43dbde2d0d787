import { isRefusal, type Refusal } from "../kernel/error.ts";
import type { NewEvent } from "../kernel/event.ts";
import { transition } from "../kernel/machine.ts";
import { type Db, revise, type Statement } from "../kernel/statement.ts";
import { iso } from "../kernel/time.ts";
import { showToAuthor } from "./course.ts";
import { courseMachine } from "./machine.ts";
import { lmsCourses } from "./schema.ts";
import { indexStatus } from "./search.ts";
import type { CourseRow } from "./statements.ts";

type Step = keyof typeof courseMachine.transitions extends infer S
  ? S extends keyof typeof courseMachine.transitions
    ? keyof (typeof courseMachine.transitions)[S]
    : never
  : never;

export type CourseMoved = {
  answer: ReturnType<typeof showToAuthor>;
  events: NewEvent[];
  writes: Statement[];
};

/** A course along its machine: the new row, one event, and the index told of the status. */
export function moveCourse(
  course: CourseRow,
  step: Step,
  set: Partial<CourseRow>,
  { db, now, tags }: { db: Db; now: number; tags: readonly { tag: string }[] },
  tell: (about: { courseId: string; title: string; instructorId: string; at: string }) => NewEvent,
): CourseMoved | Refusal<"INVALID_TRANSITION"> {
  const next = transition(courseMachine, course.status, step);
  if (isRefusal(next)) return next;
  const values = { ...set, status: next.to };
  const moved: CourseRow = { ...course, ...values, version: course.version + 1, updatedAt: now };
  const { id: courseId, title, instructorId } = course;
  return {
    answer: showToAuthor(
      moved,
      tags.map((one) => one.tag),
    ),
    events: [tell({ courseId, title, instructorId, at: iso(now) })],
    writes: [revise(db, lmsCourses, course, values, { now }), indexStatus(db, moved)],
  };
}
