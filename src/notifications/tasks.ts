import { step, taskKind } from "../kernel/task.ts";
import { SECOND } from "../kernel/time.ts";
import { lmsMailbox } from "./schema.ts";
import { compose, type Mail, mail } from "./templates.ts";

/** Puts a mail into the mailbox under an id out of the step's key, so that a repeat writes nothing. */
export const notificationsMail = taskKind({
  kind: "notifications.mail",
  queue: "notifications",
  payload: mail,
  attemptsMax: 8,
  timeoutMs: 15 * SECOND,
  steps: {
    deliver: step({
      read: () => ({}),
      run: async (_, { db, orgId, key, now, payload }: DeliverAsk) => {
        const row = {
          id: key.split(":", 1)[0] ?? key,
          organizationId: orgId,
          recipient: payload.to,
          ...compose(payload),
          sentAt: now,
        };
        return { writes: [db.insert(lmsMailbox).values(row).onConflictDoNothing()] };
      },
    }),
  },
});

type DeliverAsk = Parameters<Parameters<typeof step<Mail, Record<never, never>>>[0]["run"]>[1];
