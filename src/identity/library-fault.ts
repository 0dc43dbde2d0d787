import { brokenConstraint, type Code, type Refusal, refuse } from "../kernel/error.ts";
import { RefusedInside } from "./refused.ts";

const BY_STATUS: Readonly<Record<number, Code>> = {
  400: "VALIDATION_FAILED",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  409: "CONFLICT",
  422: "DUPLICATE",
  429: "RATE_LIMITED",
};

/** What only its recipient may know of is for everybody else not there. */
const NOT_THERE = new Set(["YOU_ARE_NOT_THE_RECIPIENT_OF_THE_INVITATION", "INVITATION_NOT_FOUND"]);

const TAKEN: Readonly<Record<string, string>> = {
  "organization.slug": "This slug is taken; choose another",
  "user.email": "This address has an account; sign in, or ask for a new password",
  "member.organization_id, member.user_id": "This person is a member already",
};

/** The library's answer as a refusal of ours; undefined for a fault of the server. */
export function refusalOf(status: number, body: unknown): Refusal | undefined {
  const { code = "", message = "" } = (body ?? {}) as { code?: string; message?: string };
  const reason = code === "" ? {} : { more: { reason: code } };
  if (NOT_THERE.has(code) || message === "Invitation not found!") {
    return refuse("NOT_FOUND", "Invitation not found");
  }
  if (code === "TOKEN_EXPIRED")
    return refuse("TOKEN_EXPIRED", "This link has expired; ask for a new one");
  const known = BY_STATUS[status];
  if (!known) return undefined;
  const refused = narrowed(known, code);
  return refuse(refused, message === "" ? (DETAIL[refused] ?? "Not possible") : message, reason);
}

const DETAIL: Partial<Record<Code, string>> = {
  UNAUTHENTICATED: "Sign in first",
  PERMISSION_DENIED: "Permission denied",
};

function narrowed(known: Code, code: string): Code {
  if (/_NOT_FOUND$/.test(code)) return "NOT_FOUND";
  if (/ALREADY/.test(code)) return "DUPLICATE";
  return code.startsWith("FAILED_TO_CREATE") ? "CONFLICT" : known;
}

/** What the library threw, or let through from the database. */
export function refusalThrown(error: unknown): Refusal | undefined {
  if (error instanceof RefusedInside) return error.refusal;
  const text = causesOf(error);
  if (text.includes("LAST_LMS_ADMIN")) {
    return refuse(
      "RULE_FAILED",
      "An organization keeps an lms-admin: give the role to another first",
    );
  }
  const broken = brokenConstraint(error);
  if (broken.kind === "unique") {
    return refuse("DUPLICATE", TAKEN[broken.columns] ?? "This is there already");
  }
  if (broken.kind === "overloaded") {
    return refuse("OVERLOADED", "The database is busy; try again", { retryAfterSeconds: 2 });
  }
  const { statusCode, body } = (error ?? {}) as { statusCode?: number; body?: unknown };
  return statusCode === undefined ? undefined : refusalOf(statusCode, body);
}

function causesOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message} ${causesOf(error.cause)}`;
}
