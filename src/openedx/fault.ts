import { type Code, type Refusal, refuse } from "../kernel/error.ts";
import type { LmsFault } from "../kernel/lms-adapter.ts";

/** An instance's fault as a caller hears it who waits for it; its codes are the source's. */
export function refusalOf({ fault, message, again, waitMs }: LmsFault): Refusal<FaultCode> {
  const code = codeOf(fault);
  const seconds = Math.ceil((waitMs ?? 5_000) / 1_000);
  return refuse(code, message, again ? { retryAfterSeconds: seconds } : {});
}

export const FAULT_CODES = [
  "FEATURE_DISABLED",
  "AUTH_ERROR",
  "INVALID_CREDENTIALS",
  "PERMISSION_ERROR",
  "INSUFFICIENT_ROLE",
  "IMPORT_ERROR",
  "IMPORT_REJECTED",
  "NETWORK_ERROR",
  "CONNECTION_REFUSED",
  "DNS_ERROR",
  "TIMEOUT_ERROR",
  "POLL_TIMEOUT",
] as const satisfies readonly Code[];
type FaultCode = (typeof FAULT_CODES)[number];

const codeOf = (fault: LmsFault["fault"]): FaultCode => {
  if (fault === "NOT_SUPPORTED") return "FEATURE_DISABLED";
  // A caller's own token has that name already: what has run out here is the instance's.
  if (fault === "TOKEN_EXPIRED") return "AUTH_ERROR";
  return FAULT_CODES.find((code) => code === fault) ?? "IMPORT_ERROR";
};
