import * as z from "zod";
import { EVERY_MEMBER } from "../kernel/permission.ts";
import { query } from "../kernel/query.ts";
import { found } from "../kernel/statement.ts";
import { memberRow, profile, profileOf } from "./profile.ts";

export const membersMe = query({
  type: "lms.members.me",
  summary: "One's own profile in the organization",
  input: z.strictObject({}),
  output: profile,
  permission: { action: "member:read-own", any: EVERY_MEMBER },
  read: ({ db, actor }) => ({ member: found("Member", memberRow(db, actor)) }),
  answer: ({ member }) => profileOf(member),
});
