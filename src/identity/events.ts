import * as z from "zod";
import { eventType } from "../kernel/event.ts";
import { id } from "../kernel/id.ts";

/** `fields` names what changed, never its content. */
export const memberUpdated = eventType(
  "member.updated",
  "member",
  z.object({
    memberId: id,
    userId: id,
    fields: z.array(
      z.enum(["displayName", "email", "roles", "locale", "timeZone", "preferences", "keys"]),
    ),
  }),
);

export type MemberField = z.infer<typeof memberUpdated.payload>["fields"][number];
