import { enrollmentCompleted } from "../enrollment/events.ts";
import { commandListener, listener } from "../kernel/listener.ts";
import { newTask } from "../kernel/task.ts";
import { certificateIssued } from "./events.ts";
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
