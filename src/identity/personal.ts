import { and, eq, sql } from "drizzle-orm";
import { personal } from "../kernel/personal.ts";
import { exportKeyOf } from "./export.ts";
import {
  account,
  apikey,
  invitation,
  lmsExports,
  lmsMembers,
  member,
  session,
  user,
} from "./schema.ts";

const LIBRARY = "The account is the person's in every organization; the profile repeats it";
const LAST = "Goes with the person's last membership, in a step of its own";

export const personalProfile = personal({
  name: "profile",
  table: lmsMembers,
  of: ({ orgId, userId }) =>
    and(eq(lmsMembers.organizationId, orgId), eq(lmsMembers.userId, userId)),
  key: [lmsMembers.id],
  root: "member",
  export: {},
  erase: { kept: "Blanked by the command itself, in its batch" },
});

export const personalMembership = personal({
  name: "membership",
  table: member,
  of: ({ orgId, userId }) => and(eq(member.organizationId, orgId), eq(member.userId, userId)),
  key: [member.id],
  export: {},
  erase: { kept: "Deleted by the command itself, in its batch" },
});

export const personalSignIns = personal({
  name: "sessions",
  table: session,
  of: ({ orgId, userId }) =>
    and(eq(session.userId, userId), eq(session.activeOrganizationId, orgId)),
  key: [session.id],
  export: { hidden: ["token"] },
  erase: { delete: true },
});

export const personalKeys = personal({
  name: "keys",
  table: apikey,
  of: ({ orgId, userId }) => and(eq(apikey.organizationId, orgId), eq(apikey.referenceId, userId)),
  key: [apikey.id],
  export: { hidden: ["key"] },
  erase: { delete: true },
});

export const personalInvitations = personal({
  name: "invitationsReceived",
  table: invitation,
  of: ({ orgId, email }) =>
    email === null
      ? sql`0`
      : and(eq(invitation.organizationId, orgId), eq(invitation.email, email)),
  key: [invitation.id],
  export: { hidden: ["inviterId"] },
  erase: { delete: true },
});

/** Whom they invited is another's address. */
export const personalInvitationsSent = personal({
  name: "invitationsSent",
  table: invitation,
  of: ({ orgId, userId }) =>
    and(eq(invitation.organizationId, orgId), eq(invitation.inviterId, userId)),
  key: [invitation.id],
  export: { hidden: ["email"] },
  erase: { delete: true },
});

export const personalExports = personal({
  name: "exports",
  table: lmsExports,
  of: ({ orgId, userId }) =>
    and(eq(lmsExports.organizationId, orgId), eq(lmsExports.learnerId, userId)),
  key: [lmsExports.id],
  export: { hidden: ["key"] },
  erase: { blank: { state: "expired", key: null } },
  objects: ({ id }, { orgId }) => [exportKeyOf(orgId, String(id))],
});

export const personalUser = personal({
  name: "user",
  table: user,
  of: ({ userId }) => eq(user.id, userId),
  key: [user.id],
  export: { none: LIBRARY },
  erase: { kept: LAST },
});

export const personalAccounts = personal({
  name: "accounts",
  table: account,
  of: ({ userId }) => eq(account.userId, userId),
  key: [account.id],
  export: { none: LIBRARY },
  erase: { kept: LAST },
});
