import { certificateExpiring, certificateRevoked } from "../certification/events.ts";
import { listener } from "../kernel/listener.ts";
import { toldByEvent } from "./told-by-event.ts";

type Of = Record<"certificateId" | "courseId" | "learnerId", string>;
const ofLearner = ({ certificateId, courseId, learnerId }: Of) => ({
  recipientId: learnerId,
  about: { certificateId, courseId },
});

export const tellExpiring = listener({
  name: "notifications.certificate-expiring",
  on: [certificateExpiring],
  read: () => ({}),
  decide: (_, { event }) =>
    toldByEvent("certificate.expiring", event, {
      ...ofLearner(event.payload),
      dueAt: Date.parse(event.payload.expiresAt),
    }),
});

export const tellRevoked = listener({
  name: "notifications.certificate-revoked",
  on: [certificateRevoked],
  read: () => ({}),
  decide: (_, { event }) => toldByEvent("certificate.revoked", event, ofLearner(event.payload)),
});
