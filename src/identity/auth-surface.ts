import * as z from "zod";
import { hasIdForm } from "../kernel/id.ts";
import { ROLES } from "../kernel/permission.ts";
import { line } from "../kernel/text.ts";

const email = z.email().max(254);
const personName = line(200);
const password = z.string().min(8).max(128);
const id = z.string().min(1).max(100);
const token = z.string().min(1).max(2_000);
const address = z.string().max(2_000).describe("A path here, or an address of a trusted origin");
const organizationId = id.optional().describe("The session's active organization where absent");
const slug = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,98}[a-z0-9])?$/, "Small letters, digits and inner dashes")
  .refine((text) => !hasIdForm(text), "A slug never has the form of an id");
const roles = z.array(z.enum(ROLES)).min(1);
const role = z.union([roles, z.string().max(100).describe("A comma list of roles")]);
const page = {
  limit: z.coerce.number().int().min(1).max(50).default(50),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
};

/** One of the library's routes that this deployment lets in. `input` is the body, of a GET the query. */
export type AuthRoute = {
  readonly method: "GET" | "POST";
  /** Under `/auth`; `:name` stands for one part. */
  readonly path: string;
  readonly summary: string;
  readonly input: z.ZodObject;
  /** Counted against the limit of sign-ins, for it costs a password's hash or a mail. */
  readonly slow?: true;
};

const get = (path: string, summary: string, input: z.ZodRawShape = {}): AuthRoute => ({
  method: "GET",
  path,
  summary,
  input: z.strictObject(input),
});
const post = (path: string, summary: string, input: z.ZodRawShape = {}): AuthRoute => ({
  method: "POST",
  path,
  summary,
  input: z.strictObject(input),
});
const slow = (route: AuthRoute): AuthRoute => ({ ...route, slow: true });

/** All of `/auth/*`: what is not listed here is 404, whatever the library could do beside. */
export const AUTH_ROUTES: readonly AuthRoute[] = [
  slow(
    post("/sign-up/email", "Sign up", {
      name: personName,
      email,
      password,
      rememberMe: z.boolean().optional(),
      callbackURL: address.optional(),
    }),
  ),
  slow(
    post("/sign-in/email", "Sign in", {
      email,
      password: z.string().min(1).max(128),
      rememberMe: z.boolean().optional(),
    }),
  ),
  post("/sign-out", "End the session"),
  get("/get-session", "The session and its person, or null"),
  post("/update-user", "Change one's name", { name: personName }),
  slow(
    post("/send-verification-email", "Ask for the mail that verifies an address again", {
      email,
      callbackURL: address.optional(),
    }),
  ),
  get("/verify-email", "Verify an address: the link of that mail", {
    token,
    callbackURL: address.optional(),
  }),
  slow(
    post("/request-password-reset", "Forgotten password: ask for a mail", {
      email,
      redirectTo: address.optional(),
    }),
  ),
  get("/reset-password/:token", "Forgotten password: the link of that mail", {
    callbackURL: address,
  }),
  slow(
    post("/reset-password", "Forgotten password: choose a new one", {
      token,
      newPassword: password,
    }),
  ),
  slow(
    post("/change-password", "Change one's password", {
      currentPassword: z.string().min(1).max(128),
      newPassword: password,
      revokeOtherSessions: z.boolean().optional(),
    }),
  ),
  post("/revoke-other-sessions", "End all of one's sessions but this"),
  post("/organization/create", "Found an organization", {
    name: line(200),
    slug,
  }),
  post("/organization/update", "Rename an organization", {
    organizationId,
    data: z.strictObject({
      name: line(200).optional(),
      slug: slug.optional(),
    }),
  }),
  get("/organization/list", "The organizations that one belongs to"),
  post("/organization/set-active", "Choose the session's organization", {
    organizationId: id.optional(),
    organizationSlug: slug.optional(),
  }),
  get("/organization/list-members", "Members of an organization", { organizationId, ...page }),
  post("/organization/update-member-role", "Give and take roles", {
    memberId: id,
    role,
    organizationId,
  }),
  post("/organization/remove-member", "Remove a member", {
    memberIdOrEmail: z.string().min(1).max(254),
    organizationId,
  }),
  post("/organization/leave", "Leave an organization", { organizationId: id }),
  post("/organization/invite-member", "Invite by mail", {
    email,
    role,
    organizationId,
    resend: z.boolean().optional(),
  }),
  post("/organization/cancel-invitation", "Take an invitation back", { invitationId: id }),
  post("/organization/accept-invitation", "Accept an invitation", { invitationId: id }),
  post("/organization/reject-invitation", "Decline an invitation", { invitationId: id }),
  get("/organization/get-invitation", "An invitation that one was sent", { id }),
  get("/organization/list-invitations", "Invitations of an organization", { organizationId }),
  get("/organization/list-user-invitations", "Invitations that one was sent"),
  post("/api-key/create", "Make a key for oneself; it is shown this once", {
    name: line(100).optional(),
    organizationId,
    roles: roles.optional().describe("Some of one's own; all of them where absent"),
    scopes: z
      .array(z.string().min(1).max(100))
      .min(1)
      .max(50)
      .optional()
      .describe("Patterns over command and query names, as lms.enrollment.*; all where absent"),
    expiresIn: z.int().min(60).max(31_536_000).optional().describe("Seconds"),
  }),
  get("/api-key/list", "One's own keys", page),
  post("/api-key/delete", "Revoke one of one's own keys", { keyId: id }),
  get("/organization/list-keys", "Keys of an organization's members", { organizationId, ...page }),
  post("/organization/revoke-key", "Revoke a member's key", { keyId: id }),
];

/** The listed route of a path under `/auth`; the path's own parameters are not looked at. */
export const authRouteOf = (method: string, path: string): AuthRoute | undefined =>
  AUTH_ROUTES.find((route) => route.method === method && fits(route.path, path));

function fits(pattern: string, path: string): boolean {
  const parts = path.split("/");
  const named = pattern.split("/");
  return (
    parts.length === named.length &&
    named.every((part, at) => (part.startsWith(":") ? parts[at] !== "" : part === parts[at]))
  );
}
