/** Every code that a caller may see; `http/problems.ts` maps each to its status. */
export const CODES = [
  "VALIDATION_FAILED",
  "MALFORMED_JSON",
  "UNAUTHENTICATED",
  "TOKEN_EXPIRED",
  "INVALID_SIGNATURE",
  "PAYMENT_REQUIRED",
  "PERMISSION_DENIED",
  "SUSPENDED",
  "NOT_FOUND",
  "INVALID_TRANSITION",
  "CONFLICT",
  "DUPLICATE",
  "RULE_FAILED",
  "CAPACITY_REACHED",
  "FEATURE_DISABLED",
  "PROGRESS_BLOCKED",
  "IDEMPOTENCY_MISMATCH",
  "NOT_READY",
  "STALE_VERSION",
  "PAYLOAD_TOO_LARGE",
  "UNSUPPORTED_MEDIA_TYPE",
  "RATE_LIMITED",
  "OLX_VALIDATION_ERROR",
  "INVALID_COURSE_INPUT",
  "IMPORT_IN_PROGRESS",
  "COURSE_NOT_READY",
  "IMPORT_REJECTED",
  "AUTH_ERROR",
  "INVALID_CREDENTIALS",
  "PERMISSION_ERROR",
  "INSUFFICIENT_ROLE",
  "IMPORT_ERROR",
  "NETWORK_ERROR",
  "CONNECTION_REFUSED",
  "DNS_ERROR",
  "TIMEOUT_ERROR",
  "IMPORT_TIMEOUT",
  "UPLOAD_TIMEOUT",
  "POLL_TIMEOUT",
  "INTERNAL",
  "OVERLOADED",
] as const;
export type Code = (typeof CODES)[number];

export type Fault = { path: string; message: string };

/** Why a command or query was not carried out. `detail` is a sentence that says what to do. */
export type Refusal<C extends Code = Code> = {
  readonly refused: C;
  readonly detail: string;
  readonly errors?: readonly Fault[];
  /** Members of the problem beside the standard ones, as `blockingReason`. */
  readonly more?: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds?: number;
};

export const refuse = <C extends Code>(
  refused: C,
  detail: string,
  rest: Omit<Refusal, "refused" | "detail"> = {},
): Refusal<C> => ({ refused, detail, ...rest });

export function isRefusal(value: unknown): value is Refusal {
  return typeof value === "object" && value !== null && "refused" in value;
}

export const notFound = (entity: string): Refusal<"NOT_FOUND"> =>
  refuse("NOT_FOUND", `${entity} not found`);

export type Broken =
  | { kind: "unique"; columns: string }
  | { kind: "check"; name: string }
  | { kind: "overloaded" }
  | { kind: "unknown" };

/** SQLite names a broken UNIQUE by its columns and a broken CHECK by its name; D1 wraps both. */
export function brokenConstraint(error: unknown): Broken {
  const text = messagesOf(error);
  const unique = /UNIQUE constraint failed: ([\w.]+(?:, [\w.]+)*)/.exec(text);
  if (unique?.[1]) return { kind: "unique", columns: unique[1] };
  const check = /CHECK constraint failed: (\w+)/.exec(text);
  if (check?.[1]) return { kind: "check", name: check[1] };
  return /overloaded|too many requests queued/i.test(text)
    ? { kind: "overloaded" }
    : { kind: "unknown" };
}

function messagesOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message} ${messagesOf(error.cause)}`;
}

/** Never the SQL or its parameters: drizzle puts both into its own error's message. */
export function errorText(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const text = inner instanceof Error ? `${inner.name}: ${inner.message}` : String(inner);
  return text.slice(0, 500);
}
