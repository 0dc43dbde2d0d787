import { enrollmentCompleted, enrollmentRefunded } from "../enrollment/events.ts";
import { commandListener, listener } from "../kernel/listener.ts";
import { maybe } from "../kernel/statement.ts";
import { newTask } from "../kernel/task.ts";
import { certificateIssued } from "./events.ts";
import { revoked } from "./revocation.ts";
import { certificateOf } from "./statements.ts";
import { certificateRender } from "./tasks.ts";

export const certificateOnCompletion = commandListener({
  name: "certification.issue",
  on: [enrollmentCompleted],
  command: ({ payload }) => ({
    type: "lms.certificate.create",
    payload: { enrollmentId: payload.enrollmentId },
  }),
});

export const documentOnIssue = listener({
  name: "certification.document",
  on: [certificateIssued],
  read: () => ({}),
  decide: (_, { event }) => ({
    tasks: [newTask(certificateRender, { subject: event.payload.certificateId, payload: {} })],
  }),
});

/** What was paid has gone back: the certificate that it led to holds no more. */
export const revokeOnRefund = listener({
  name: "certification.revoke-refunded",
  on: [enrollmentRefunded],
  read: ({ db, event }) => ({
    certificate: maybe(certificateOf(db, event.orgId, event.payload.enrollmentId)),
  }),
  decide: ({ certificate }, { db, event, now }) => {
    if (!certificate || certificate.issuedAt > event.occurredAt) return {};
    const { events, writes } = revoked(db, certificate, { reason: "refunded", by: "system" }, now);
    return { events, writes };
  },
});
