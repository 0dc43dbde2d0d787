import * as z from "zod";
import { courseById, moduleById } from "../../catalog/statements.ts";
import { enrollmentIdIn, enrollmentOf, whileOpen } from "../../enrollment/statements.ts";
import { attachFiles, filesById, unusableFile } from "../../files/statements.ts";
import { command } from "../../kernel/command.ts";
import { isRefusal, notFound } from "../../kernel/error.ts";
import { event } from "../../kernel/event.ts";
import { id } from "../../kernel/id.ts";
import { transition } from "../../kernel/machine.ts";
import { breaks } from "../../kernel/rule.ts";
import { found, maybe } from "../../kernel/statement.ts";
import { newTask } from "../../kernel/task.ts";
import { prose } from "../../kernel/text.ts";
import { iso } from "../../kernel/time.ts";
import { notOpen } from "../../learning/statements.ts";
import { submissionCreated, submissionReceived } from "../events.ts";
import { idsOf } from "../grading.ts";
import { dueAtOf, latenessOf } from "../lateness.ts";
import { submissionMachine } from "../machine.ts";
import { enrolledOnes, submissionCreateBy } from "../permissions.ts";
import { assignmentMaxAttempts, assignmentNoLateSubmission } from "../rules.ts";
import { lmsSubmissions, SUBMISSION_ATTEMPT } from "../schema.ts";
import {
  assignmentById,
  attemptsAt,
  courseIdOfAssignment,
  moduleIdOfAssignment,
  type SubmissionRow,
  whileUnchanged,
} from "../statements.ts";
import { notReturned, showSubmission, submissionAnswer, workFault } from "../submission.ts";
import { assignPeers } from "../tasks.ts";

const FILES_MAX = 20;

export const submissionCreate = command({
  type: "lms.submission.create",
  summary: "Hand work in; the next attempt opens once the one before is returned",
  input: z.strictObject({
    assignmentId: id,
    content: prose(100_000).optional(),
    attachmentIds: z
      .array(id)
      .max(FILES_MAX)
      .refine((ids) => new Set(ids).size === ids.length, "Name each file once")
      .optional()
      .describe("One's own uploads, ready"),
  }),
  output: submissionAnswer,
  statuses: [201],
  permission: submissionCreateBy,
  emits: [submissionCreated, submissionReceived],
  refuses: ["INVALID_TRANSITION", "RULE_FAILED"],
  read: ({ db, input, actor }) => {
    const { orgId } = actor;
    const { assignmentId } = input;
    const courseId = courseIdOfAssignment(orgId, assignmentId);
    const enrollmentId = enrollmentIdIn(orgId, actor.id, courseId);
    return {
      assignment: found("Assignment", assignmentById(db, orgId, assignmentId)),
      course: found("Assignment", courseById(db, orgId, courseId)),
      module: maybe(moduleById(db, orgId, moduleIdOfAssignment(orgId, assignmentId), courseId)),
      enrollment: maybe(enrollmentOf(db, orgId, actor.id, courseId)),
      last: maybe(attemptsAt(db, orgId, { assignmentId, enrollmentId }).limit(1)),
      files: input.attachmentIds?.length ? filesById(db, orgId, input.attachmentIds) : undefined,
    };
  },
  own: enrolledOnes,
  decide: ({ assignment, course, module, enrollment, last, files = [] }, ask) => {
    const { db, input, actor, now, settings, id: newId } = ask;
    if (!enrollment) return notFound("Enrollment");
    if (assignment.moduleId !== null && !module) return notFound("Assignment");
    const dueAt = dueAtOf(assignment, enrollment);
    const attemptNumber = (last?.attemptNumber ?? 0) + 1;
    const facts = { now, assignment: { ...assignment, dueAt }, submission: { attemptNumber } };
    const attachments = input.attachmentIds ?? [];
    const refusal =
      notOpen(enrollment, now) ??
      breaks(assignmentNoLateSubmission, facts) ??
      breaks(assignmentMaxAttempts, facts) ??
      notReturned(last) ??
      workFault(assignment, input) ??
      unusableFile(files, attachments, actor, assignment.id);
    if (refusal) return refusal;
    const { isLate, penaltyPct } = latenessOf({ ...assignment, dueAt }, now);
    const next = transition(submissionMachine, isLate ? "late" : "submitted", "auto");
    if (isRefusal(next)) return next;
    const row: SubmissionRow = {
      id: newId(),
      organizationId: actor.orgId,
      assignmentId: assignment.id,
      enrollmentId: enrollment.id,
      learnerId: enrollment.learnerId,
      attemptNumber,
      status: next.to,
      content: input.content ?? null,
      attachments,
      score: null,
      finalScore: null,
      penaltyPct,
      isLate,
      dueAt,
      rubricScores: null,
      feedback: null,
      gradedBy: null,
      instructorId: course.instructorId,
      submittedAt: now,
      gradedAt: null,
      returnedAt: null,
      version: 2,
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
    };
    const subject = { id: row.id, version: 0 };
    const { moduleId: _, courseId: __, ...ids } = idsOf(row, assignment);
    const asksPeers = assignment.peers !== null && settings.features.enablePeerReview;
    return {
      answer: showSubmission(row, assignment),
      events: [
        event(submissionCreated, subject, { ...ids, attemptNumber, submittedAt: iso(now) }),
        event(submissionReceived, subject, {
          ...idsOf(row, assignment),
          attemptNumber,
          receivedAt: iso(now),
        }),
      ],
      writes: [
        whileUnchanged(db, assignment),
        whileOpen(db, enrollment, now),
        db.insert(lmsSubmissions).values(row),
        ...attachFiles(db, actor.orgId, attachments, row.id),
      ],
      tasks: asksPeers ? [newTask(assignPeers, { subject: row.id, payload: {} })] : [],
      lostOn: [SUBMISSION_ATTEMPT],
    };
  },
});
