import { apiKey } from "@better-auth/api-key";
import { drizzleAdapter } from "@better-auth/drizzle-adapter";
import { createAuthMiddleware, getSessionFromCtx } from "better-auth/api";
import { betterAuth } from "better-auth/minimal";
import { createAccessControl } from "better-auth/plugins/access";
import { organization } from "better-auth/plugins/organization";
import { isRefusal } from "../kernel/error.ts";
import type { Database } from "../kernel/ports.ts";
import type { NewTask } from "../kernel/task.ts";
import { languageOf, mailWanted } from "../notifications/statements.ts";
import { guard } from "./auth-guard.ts";
import { COOKIE_PREFIX } from "./credential.ts";
import { KEY_PREFIX } from "./key.ts";
import { keysOfMembers } from "./keys-of-members.ts";
import { RefusedInside } from "./refused.ts";
import { FOUNDER, rolesOf, rolesText } from "./roles.ts";
import { libraryTables } from "./schema.ts";

const DAY_S = 86_400;
/** The founder's roles come from beforeAddMember: the library's own rules about one owner never apply. */
const NOBODY = "founder";

export type AuthParts = {
  database: Database;
  secret: string;
  /** Where the deployment is reached, without a slash at the end. */
  origin: string;
  trustedOrigins: readonly string[];
  /** Every command and query there is, for the scopes of keys. */
  names: readonly string[];
  id: () => string;
  /** Writes the task that delivers a mail; "*" where it is of no organization. */
  mail(wanted: () => NewTask, orgId: string): Promise<void>;
};

const languageIn = (request: Request | undefined) =>
  languageOf(request?.headers.get("accept-language"));

const statements = {
  organization: ["update"],
  member: ["create", "update", "delete"],
  invitation: ["create", "cancel"],
} as const;
const access = createAccessControl(statements);
const admin = access.newRole({
  organization: ["update"],
  member: ["create", "update", "delete"],
  invitation: ["create", "cancel"],
});
const nothing = access.newRole({ organization: [], member: [], invitation: [] });

/** The authentication library over our tables. It is loaded by `/auth/*` alone. */
export function createAuth(parts: AuthParts) {
  const { database, secret, origin, trustedOrigins } = parts;
  return betterAuth({
    appName: "Lyceum",
    baseURL: origin,
    basePath: "/auth",
    secret,
    trustedOrigins: [...trustedOrigins],
    database: drizzleAdapter(database.db, { provider: "sqlite", schema: libraryTables }),
    telemetry: { enabled: false },
    logger: { disabled: true },
    onAPIError: { throw: true },
    rateLimit: { enabled: false },
    session: { expiresIn: 14 * DAY_S, updateAge: DAY_S },
    account: { accountLinking: { enabled: false } },
    advanced: {
      cookiePrefix: COOKIE_PREFIX,
      useSecureCookies: origin.startsWith("https://"),
      disableCSRFCheck: false,
      disableOriginCheck: false,
      ipAddress: { disableIpTracking: true },
      database: { generateId: parts.id },
    },
    emailAndPassword: {
      enabled: true,
      minPasswordLength: 8,
      maxPasswordLength: 128,
      revokeSessionsOnPasswordReset: true,
      sendResetPassword: resetMail(parts),
    },
    emailVerification: {
      sendOnSignUp: true,
      expiresIn: 3_600,
      sendVerificationEmail: verificationMail(parts),
    },
    hooks: { before: guarded(parts) },
    plugins: [organizations(parts), keys(), keysOfMembers(database)],
  });
}

type ToPerson = { user: { id: string; email: string; name: string }; url: string; token: string };

const resetMail =
  ({ mail }: AuthParts) =>
  ({ user, url, token }: ToPerson, request?: Request) =>
    mail(
      () =>
        mailWanted(user.id, {
          template: "password-reset",
          to: user.email,
          language: languageIn(request),
          name: user.name,
          code: token,
          link: url.endsWith("callbackURL=") ? null : url,
        }),
      "*",
    );

const verificationMail =
  ({ mail }: AuthParts) =>
  ({ user, url }: ToPerson, request?: Request) =>
    mail(
      () =>
        mailWanted(user.id, {
          template: "verification",
          to: user.email,
          language: languageIn(request),
          name: user.name,
          link: url,
        }),
      "*",
    );

const organizations = ({ mail, origin }: AuthParts) =>
  organization({
    ac: access,
    roles: {
      "lms-admin": admin,
      "org-admin": admin,
      instructor: nothing,
      "content-reviewer": nothing,
      learner: nothing,
    },
    creatorRole: NOBODY,
    disableOrganizationDeletion: true,
    requireEmailVerificationOnInvitation: true,
    membershipLimit: () => Promise.resolve(Number.MAX_SAFE_INTEGER),
    invitationLimit: Number.MAX_SAFE_INTEGER,
    invitationExpiresIn: 7 * DAY_S,
    organizationHooks: {
      beforeAddMember: async () => ({ data: { role: rolesText(FOUNDER) } }),
    },
    sendInvitationEmail: ({ id, role, email, organization: of, inviter, invitation }, request) =>
      mail(
        () =>
          mailWanted(id, {
            template: "invitation",
            to: email,
            language: languageIn(request),
            organization: of.name,
            inviter: inviter.user.name,
            roles: rolesOf(role),
            code: id,
            origin,
            expiresAt: invitation.expiresAt.getTime(),
          }),
        of.id,
      ),
  });

const keys = () =>
  apiKey({
    defaultPrefix: KEY_PREFIX,
    enableMetadata: true,
    maximumNameLength: 100,
    rateLimit: { enabled: false },
    keyExpiration: { minExpiresIn: 0, maxExpiresIn: 365 },
    startingCharactersConfig: { charactersLength: KEY_PREFIX.length + 4 },
  });

/** Our rules before the library's, on every way into it. */
const guarded = ({ database, names }: AuthParts) =>
  createAuthMiddleware(async (ctx) => {
    const found = await getSessionFromCtx(ctx);
    if (!found) return;
    const inBody = ctx.method !== "GET";
    const judged = await guard({
      database,
      names,
      path: ctx.path,
      given: (inBody ? ctx.body : ctx.query) ?? {},
      userId: found.user.id,
      activeOrganizationId: (found.session as { activeOrganizationId?: string | null })
        .activeOrganizationId,
    });
    if (!judged) return;
    if (isRefusal(judged)) throw new RefusedInside(judged);
    return { context: inBody ? { body: judged.given } : { query: judged.given } };
  });
