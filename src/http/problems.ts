import type { Code, Refusal } from "../kernel/error.ts";

/** The one table from code to status. */
export const STATUS: Readonly<Record<Code, number>> = {
  VALIDATION_FAILED: 400,
  MALFORMED_JSON: 400,
  UNAUTHENTICATED: 401,
  TOKEN_EXPIRED: 401,
  INVALID_SIGNATURE: 401,
  PAYMENT_REQUIRED: 402,
  PERMISSION_DENIED: 403,
  SUSPENDED: 403,
  NOT_FOUND: 404,
  INVALID_TRANSITION: 409,
  CONFLICT: 409,
  DUPLICATE: 409,
  RULE_FAILED: 409,
  CAPACITY_REACHED: 409,
  FEATURE_DISABLED: 409,
  PROGRESS_BLOCKED: 409,
  IDEMPOTENCY_MISMATCH: 409,
  NOT_READY: 409,
  STALE_VERSION: 412,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  RATE_LIMITED: 429,
  OLX_VALIDATION_ERROR: 400,
  INVALID_COURSE_INPUT: 400,
  IMPORT_IN_PROGRESS: 409,
  COURSE_NOT_READY: 412,
  IMPORT_REJECTED: 422,
  // What another system says of our credentials and rights there is no fault of the caller's.
  AUTH_ERROR: 502,
  INVALID_CREDENTIALS: 502,
  PERMISSION_ERROR: 502,
  INSUFFICIENT_ROLE: 502,
  IMPORT_ERROR: 502,
  NETWORK_ERROR: 502,
  CONNECTION_REFUSED: 502,
  DNS_ERROR: 502,
  TIMEOUT_ERROR: 504,
  IMPORT_TIMEOUT: 504,
  UPLOAD_TIMEOUT: 504,
  POLL_TIMEOUT: 504,
  INTERNAL: 500,
  OVERLOADED: 503,
};

const TITLE: Readonly<Record<number, string>> = {
  400: "Bad request",
  401: "Not signed in",
  402: "Payment required",
  403: "Not allowed",
  404: "Not found",
  409: "Conflict",
  412: "Precondition failed",
  413: "Too large",
  415: "Unsupported media type",
  422: "Not to be processed",
  429: "Too many requests",
  500: "Server fault",
  502: "Another system failed",
  503: "Busy",
  504: "Another system took too long",
};

/** RFC 9457. `instance` is the request's path; `type` leads to the code in the reference. */
export function problem(
  refusal: Refusal,
  { instance, correlationId }: { instance: string; correlationId: string },
): Response {
  const status = STATUS[refusal.refused];
  const body = {
    type: `/docs/errors#${refusal.refused}`,
    title: TITLE[status] ?? "Error",
    status,
    detail: refusal.detail,
    code: refusal.refused,
    instance,
    correlationId,
    ...(refusal.errors ? { errors: refusal.errors } : {}),
    ...refusal.more,
  };
  const headers = new Headers({
    "content-type": "application/problem+json",
    "cache-control": "no-store",
  });
  if (refusal.retryAfterSeconds !== undefined) {
    headers.set("retry-after", String(refusal.retryAfterSeconds));
  }
  if (status === 401) headers.set("www-authenticate", "Bearer");
  return new Response(JSON.stringify(body), { status, headers });
}
