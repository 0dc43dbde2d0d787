import { and, eq, or, type SQL } from "drizzle-orm";
import type { Role } from "../kernel/permission.ts";
import type { Db, RowOf, Statement } from "../kernel/statement.ts";
import { keyMetadata } from "./key.ts";
import { rolesOf, rolesText } from "./roles.ts";
import { account, apikey, lmsMembers, member, organization, session, user } from "./schema.ts";

export type Membership = {
  orgId: string;
  slug: string;
  roles: readonly Role[];
  suspended: boolean;
};

/** Who a credential stands for, with what it may do in each of the person's organizations. */
export type Known = {
  kind: "session" | "key" | "token";
  credentialId: string;
  userId: string;
  /** Epoch milliseconds after which the credential is nothing any more. */
  expiresAt: number | null;
  activeOrgId: string | null;
  scopes?: readonly string[];
  memberships: readonly Membership[];
};

const ofMembership = {
  orgId: member.organizationId,
  slug: organization.slug,
  role: member.role,
  suspendedAt: lmsMembers.suspendedAt,
};

const membersRow = and(
  eq(lmsMembers.organizationId, member.organizationId),
  eq(lmsMembers.userId, member.userId),
);

export const sessionByToken = (db: Db, token: string) =>
  db
    .select({
      credentialId: session.id,
      userId: session.userId,
      expiresAt: session.expiresAt,
      activeOrgId: session.activeOrganizationId,
      ...ofMembership,
    })
    .from(session)
    .leftJoin(member, eq(member.userId, session.userId))
    .leftJoin(organization, eq(organization.id, member.organizationId))
    .leftJoin(lmsMembers, membersRow)
    .where(eq(session.token, token));

export const keyByHash = (db: Db, hash: string) =>
  db
    .select({
      credentialId: apikey.id,
      userId: apikey.referenceId,
      expiresAt: apikey.expiresAt,
      metadata: apikey.metadata,
      ...ofMembership,
    })
    .from(apikey)
    .innerJoin(
      member,
      and(eq(member.userId, apikey.referenceId), eq(member.organizationId, apikey.organizationId)),
    )
    .innerJoin(organization, eq(organization.id, member.organizationId))
    .leftJoin(lmsMembers, membersRow)
    .where(and(eq(apikey.key, hash), eq(apikey.enabled, true)));

export type Holder = { issuer: string; subject: string; orgId: string };

/** The account of an issuer's subject, with its membership or without. */
export const holderOf = (db: Db, { issuer, subject, orgId }: Holder) =>
  db
    .select({ credentialId: account.id, userId: account.userId, ...ofMembership })
    .from(account)
    .leftJoin(member, and(eq(member.userId, account.userId), eq(member.organizationId, orgId)))
    .leftJoin(organization, eq(organization.id, member.organizationId))
    .leftJoin(lmsMembers, membersRow)
    .where(and(eq(account.providerId, issuer), eq(account.accountId, subject)));

type Joined = {
  orgId: string | null;
  slug: string | null;
  role: string | null;
  suspendedAt: number | null;
};

function membershipOf({ orgId, slug, role, suspendedAt }: Joined): Membership[] {
  if (orgId === null || slug === null) return [];
  return [{ orgId, slug, roles: rolesOf(role), suspended: suspendedAt !== null }];
}

type SessionRow = RowOf<ReturnType<typeof sessionByToken>>;
type KeyRow = RowOf<ReturnType<typeof keyByHash>>;
type HolderRow = RowOf<ReturnType<typeof holderOf>>;

export function knownSession(rows: readonly SessionRow[], now: number): Known | undefined {
  const [first] = rows;
  if (!first || first.expiresAt.getTime() <= now) return undefined;
  return {
    kind: "session",
    credentialId: first.credentialId,
    userId: first.userId,
    expiresAt: first.expiresAt.getTime(),
    activeOrgId: first.activeOrgId,
    memberships: rows.flatMap(membershipOf),
  };
}

export function knownKey([row]: readonly KeyRow[], now: number): Known | undefined {
  const expiresAt = row?.expiresAt?.getTime() ?? null;
  if (!row || (expiresAt !== null && expiresAt <= now)) return undefined;
  const { roles, scopes } = keyMetadata(row.metadata);
  return {
    kind: "key",
    credentialId: row.credentialId,
    userId: row.userId,
    expiresAt,
    activeOrgId: row.orgId,
    ...(scopes ? { scopes } : {}),
    memberships: membershipOf(row).map((one) => narrowed(one, roles)),
  };
}

/** `claimed` are the roles of the token's claims; undefined where the issuer names none. */
export function knownHolder(
  [row]: readonly HolderRow[],
  { claimed, expiresAt }: { claimed: readonly Role[] | undefined; expiresAt: number },
): Known | undefined {
  const [membership] = row ? membershipOf(row) : [];
  if (!row || !membership) return undefined;
  return {
    kind: "token",
    credentialId: row.credentialId,
    userId: row.userId,
    expiresAt,
    activeOrgId: membership.orgId,
    memberships: [claimed ? narrowed(membership, claimed) : membership],
  };
}

const narrowed = (membership: Membership, roles: readonly Role[]): Membership => ({
  ...membership,
  roles: membership.roles.filter((role) => roles.includes(role)),
});

export type Newcomer = Holder & { name: string; email: string | null };

/** The first token makes a person, an account named by issuer and subject, and a learner. */
export function joinHolder(
  db: Db,
  { issuer, subject, orgId, name, email }: Newcomer,
  { now, id }: { now: number; id: () => string },
): Statement[] {
  const userId = id();
  const at = new Date(now);
  const both = { createdAt: at, updatedAt: at };
  const ofUser = { id: userId, name, email: `${userId}@token.invalid`, emailVerified: false };
  const ofIssuer = { id: id(), providerId: issuer, accountId: subject, userId, email };
  const role = rolesText(["learner"]);
  return [
    db.insert(user).values({ ...ofUser, ...both }),
    db.insert(account).values({ ...ofIssuer, ...both }),
    db.insert(member).values({ id: id(), organizationId: orgId, userId, role, createdAt: at }),
  ];
}

export const organizationNamed = (db: Db, by: { idOrSlug: string } | { slug: string }) => {
  const named: SQL | undefined =
    "slug" in by
      ? eq(organization.slug, by.slug)
      : or(eq(organization.id, by.idOrSlug), eq(organization.slug, by.idOrSlug));
  return db.select({ orgId: organization.id }).from(organization).where(named);
};
