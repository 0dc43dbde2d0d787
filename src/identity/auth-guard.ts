import { and, eq, sql } from "drizzle-orm";
import { isRefusal, type Refusal, refuse } from "../kernel/error.ts";
import { covers } from "../kernel/permission.ts";
import type { Database } from "../kernel/ports.ts";
import type { Db } from "../kernel/statement.ts";
import type { KeyMetadata } from "./key.ts";
import {
  mayAdminister,
  refuseLastAdmin,
  refuseRoleChange,
  rolesNamed,
  rolesOf,
  rolesText,
} from "./roles.ts";
import { apikey, invitation, lmsMembers, member } from "./schema.ts";
import { suspended } from "./statements.ts";

type Fields = Record<string, unknown>;

export type GuardAsk = {
  database: Database;
  /** Under `/auth`. */
  path: string;
  /** The body, or the query of a GET. */
  given: Fields;
  userId: string;
  activeOrganizationId: string | null | undefined;
  /** Every command and query there is: what a key's scopes may cover. */
  names: readonly string[];
};

/** What the library is to be given instead; nothing where the path is not about an organization. */
type Judged = Refusal | { given: Fields } | undefined;

/**
 * The domain's own rules over the library's routes: who may give which role, a suspended member may
 * nothing, a key is within its maker's roles, and another organization's row is a missing one.
 */
export async function guard(ask: GuardAsk): Promise<Judged> {
  const judge = GUARDS[ask.path];
  if (!judge) return undefined;
  const orgId = await organizationOf(ask);
  if (isRefusal(orgId)) return orgId;
  const { people, admins } = await readPeople(ask, orgId);
  const self = people.find((one) => one.userId === ask.userId);
  if (!self) return refuse("NOT_FOUND", NAMED_ROW[ask.path] ?? "Organization not found");
  if (self.suspendedAt !== null) return suspended;
  const roles = rolesOf(self.role);
  const anotherAdmin = (than: Person) => admins.some(({ id }) => id !== than.id);
  return judge({ ...ask, orgId, self, roles, people, anotherAdmin });
}

type Person = {
  id: string;
  userId: string;
  email: string;
  role: string;
  suspendedAt: number | null;
};
type Asked = GuardAsk & {
  orgId: string;
  self: Person;
  roles: ReturnType<typeof rolesOf>;
  people: readonly Person[];
  /** Whether somebody else would be left to administer the organization. */
  anotherAdmin(than: Person): boolean;
};

/** Paths that name a row, whose organization is the one that counts. */
const NAMED_ROW: Readonly<Record<string, string>> = {
  "/organization/cancel-invitation": "Invitation not found",
  "/organization/revoke-key": "Key not found",
};

const byAdmins =
  (action: string) =>
  (asked: Asked): Judged =>
    mayAdminister(asked.roles)
      ? { given: { ...asked.given, organizationId: asked.orgId } }
      : refuse("PERMISSION_DENIED", `Permission denied: ${action}`);

const GUARDS: Readonly<Record<string, (asked: Asked) => Judged>> = {
  "/organization/update": byAdmins("organization:update"),
  "/organization/list-members": byAdmins("member:list"),
  "/organization/list-invitations": byAdmins("invitation:list"),
  "/organization/list-keys": byAdmins("key:list"),
  "/organization/revoke-key": (asked) => {
    const judged = byAdmins("key:revoke")(asked);
    return isRefusal(judged) ? judged : { given: asked.given };
  },
  "/organization/cancel-invitation": (asked) => {
    const judged = byAdmins("invitation:cancel")(asked);
    return isRefusal(judged) ? judged : { given: asked.given };
  },
  "/organization/invite-member": (asked) => changeRoles(asked, undefined),
  "/organization/update-member-role": (asked) => {
    const target = asked.people.find((one) => one.id === asked.given.memberId);
    if (!target) return refuse("NOT_FOUND", "Member not found");
    return changeRoles(asked, target);
  },
  "/organization/remove-member": (asked) => {
    const named = String(asked.given.memberIdOrEmail).toLowerCase();
    const target = asked.people.find((one) => one.id === named || one.email === named);
    if (!target) return refuse("NOT_FOUND", "Member not found");
    const before = rolesOf(target.role);
    const change = { before, after: [], anotherAdmin: asked.anotherAdmin(target) };
    return (
      refuseRoleChange({ by: asked.roles, ...change }) ?? {
        given: { memberIdOrEmail: target.id, organizationId: asked.orgId },
      }
    );
  },
  "/organization/leave": ({ roles, self, anotherAdmin, orgId }) =>
    refuseLastAdmin({ before: roles, after: [], anotherAdmin: anotherAdmin(self) }) ?? {
      given: { organizationId: orgId },
    },
  "/api-key/create": makeKey,
};

function changeRoles(
  { given, roles: by, orgId, anotherAdmin }: Asked,
  target: Person | undefined,
): Judged {
  const after = rolesNamed(given.role);
  if (!after) {
    return refuse("VALIDATION_FAILED", "Correct role", {
      errors: [
        {
          path: "role",
          message: "Roles are lms-admin, org-admin, instructor, content-reviewer, learner",
        },
      ],
    });
  }
  const refusal = refuseRoleChange({
    by,
    before: rolesOf(target?.role),
    after,
    anotherAdmin: !target || anotherAdmin(target),
  });
  return refusal ?? { given: { ...given, role: rolesText(after), organizationId: orgId } };
}

/** A key acts as its maker with some of its maker's roles, and only where its scopes reach. */
function makeKey({ given, roles, orgId, names }: Asked): Judged {
  const asked = given.roles === undefined ? roles : (rolesNamed(given.roles) ?? []);
  const foreign = asked.find((role) => !roles.includes(role));
  if (foreign !== undefined || asked.length === 0) {
    return refuse(
      "PERMISSION_DENIED",
      `A key has roles of its maker's alone${foreign ? `, not ${foreign}` : ""}`,
    );
  }
  const scopes = given.scopes as string[] | undefined;
  const empty = scopes?.find((scope) => !names.some((name) => covers(scope, name)));
  if (empty !== undefined) {
    return refuse("VALIDATION_FAILED", "Correct scopes", {
      errors: [{ path: "scopes", message: `${empty} covers no command and no query` }],
    });
  }
  const metadata: KeyMetadata = {
    organizationId: orgId,
    roles: asked,
    ...(scopes ? { scopes } : {}),
  };
  const { name, expiresIn } = given;
  return {
    given: {
      metadata,
      ...(name === undefined ? {} : { name }),
      ...(expiresIn === undefined ? {} : { expiresIn }),
    },
  };
}

async function organizationOf({
  database: { db, batch },
  path,
  given,
  userId,
  activeOrganizationId,
}: GuardAsk): Promise<string | Refusal> {
  const named = NAMED_ROW[path];
  if (named !== undefined) {
    const id = String(given.invitationId ?? given.keyId);
    const [rows] = await batch([path.endsWith("key") ? orgOfKey(db, id) : orgOfInvitation(db, id)]);
    return (rows as { orgId: string | null }[])[0]?.orgId ?? refuse("NOT_FOUND", named);
  }
  const chosen = (given.organizationId as string | undefined) ?? activeOrganizationId;
  if (chosen) return chosen;
  const [rows] = await batch([
    db
      .select({ orgId: member.organizationId })
      .from(member)
      .where(eq(member.userId, userId))
      .limit(2),
  ]);
  const own = rows as { orgId: string }[];
  if (own.length === 1 && own[0]) return own[0].orgId;
  return refuse("VALIDATION_FAILED", "Say which organization: send organizationId", {
    errors: [
      { path: "organizationId", message: "Required: the session has no active organization" },
    ],
  });
}

const orgOfKey = (db: Db, id: string) =>
  db.select({ orgId: apikey.organizationId }).from(apikey).where(eq(apikey.id, id));

const orgOfInvitation = (db: Db, id: string) =>
  db.select({ orgId: invitation.organizationId }).from(invitation).where(eq(invitation.id, id));

/** The caller and whom the request names, both of the organization or not at all. */
async function readPeople({ database: { db, batch }, given, userId }: GuardAsk, orgId: string) {
  const named = String(given.memberId ?? given.memberIdOrEmail ?? "").toLowerCase();
  const person = sql`(select email from user where user.id = ${member.userId})`;
  const [people, admins] = (await batch([
    db
      .select({
        id: member.id,
        userId: member.userId,
        email: sql<string>`${person}`,
        role: member.role,
        suspendedAt: lmsMembers.suspendedAt,
      })
      .from(member)
      .leftJoin(
        lmsMembers,
        and(
          eq(lmsMembers.organizationId, member.organizationId),
          eq(lmsMembers.userId, member.userId),
        ),
      )
      .where(
        sql`${member.organizationId} = ${orgId} and (${member.userId} = ${userId} or ${member.id} = ${named}
          or ${member.userId} = (select id from user where email = ${named}))`,
      ),
    administrators(db, orgId),
  ])) as [Person[], { id: string }[]];
  return { people, admins };
}

/** Two of them, which is enough to know one beside whoever goes; a suspended one administers nothing. */
const administrators = (db: Db, orgId: string) =>
  db
    .select({ id: member.id })
    .from(member)
    .where(
      sql`${member.organizationId} = ${orgId} and instr(',' || ${member.role} || ',', ',lms-admin,') > 0
        and not exists (select 1 from lms_members where lms_members.organization_id = ${orgId}
          and lms_members.user_id = ${member.userId} and suspended_at is not null)`,
    )
    .limit(2);
