import { enrollmentActivated } from "../enrollment/events.ts";
import { listener } from "../kernel/listener.ts";
import { noticesWanted } from "./statements.ts";

export const tellConfirmed = listener({
  name: "notifications.enrollment-confirmed",
  on: [enrollmentActivated],
  read: () => ({}),
  decide: (_, { event }) => {
    const { enrollmentId, courseId, learnerId } = event.payload;
    const about = { enrollmentId, courseId };
    return {
      tasks: noticesWanted("enrollment.confirmed", [
        { subject: event.id, eventId: event.id, recipientId: learnerId, about },
      ]),
    };
  },
});
