import { memberErased, memberSuspended, settingsUpdated } from "../identity/events.ts";
import { listener } from "../kernel/listener.ts";
import { newTask } from "../kernel/task.ts";
import { dropMember, tellSessionsAhead } from "./tasks.ts";

/** Whoever may no longer act here no longer listens here either, and is forgotten where it is erased. */
export const closeSockets = listener({
  name: "live.close-sockets",
  on: [memberSuspended, memberErased],
  read: () => ({}),
  decide: (_, { event: { type, payload } }) => {
    const forget = type === memberErased.type;
    return {
      tasks: [newTask(dropMember, { subject: payload.userId, payload: { forget, after: "" } })],
    };
  },
});

export const tellThresholds = listener({
  name: "live.tell-thresholds",
  on: [settingsUpdated],
  read: () => ({}),
  decide: (_, { event: { orgId, payload, occurredAt } }) =>
    payload.updatedFields.includes("defaults.sessionReminderMinutes")
      ? {
          tasks: [
            newTask(tellSessionsAhead, { subject: orgId, payload: { from: [occurredAt, ""] } }),
          ],
        }
      : {},
});
