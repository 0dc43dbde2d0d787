import type { Code } from "../kernel/error.ts";

/** What each code means, and what a caller does about it. */
export const PROBLEM_CODES: Readonly<Record<Code, { meaning: string; remedy: string }>> = {
  VALIDATION_FAILED: {
    meaning: "A field is missing, unknown, of another type or out of its bounds.",
    remedy: "Correct what `errors` lists: each entry has the field's path and what it should be.",
  },
  MALFORMED_JSON: {
    meaning: "The body is not well-formed JSON in UTF-8.",
    remedy: "Send one JSON object; check quotes, commas and the encoding.",
  },
  UNAUTHENTICATED: {
    meaning: "Nobody is signed in, or the session, key or membership has ended.",
    remedy: "Sign in, or send an API key as `Authorization: Bearer lk_…`.",
  },
  TOKEN_EXPIRED: {
    meaning: "The token was good and has run out.",
    remedy: "Get a new token from its issuer and repeat the request.",
  },
  INVALID_SIGNATURE: {
    meaning: "A signature does not belong to what was sent, or its time has passed.",
    remedy: "Take the signed address unchanged, or ask for a new one.",
  },
  PAYMENT_REQUIRED: {
    meaning: "This is to be paid for first.",
    remedy: "Go through the checkout of the enrollment, then repeat the request.",
  },
  PERMISSION_DENIED: {
    meaning: "The caller is known, but none of its roles or scopes allows this.",
    remedy: "`detail` names the action. Ask an admin for the role, or use a key with the scope.",
  },
  SUSPENDED: {
    meaning: "The membership in this organization is suspended.",
    remedy: "Ask an admin of the organization to lift the suspension.",
  },
  NOT_FOUND: {
    meaning: "There is no such thing here, or it belongs to another organization.",
    remedy: "Check the id and the organization that the request speaks for.",
  },
  INVALID_TRANSITION: {
    meaning: "The thing is in a state from which this cannot be done.",
    remedy: "`state` says which; `detail` names the states it may start from.",
  },
  CONFLICT: {
    meaning: "Others changed the same thing at the same moment, three times over.",
    remedy: "Repeat the request after `Retry-After` seconds.",
  },
  DUPLICATE: {
    meaning: "Something of that name or kind exists already.",
    remedy: "Choose another name, or use what is there.",
  },
  RULE_FAILED: {
    meaning: "A rule of the school does not hold.",
    remedy: "`rule` names it and `operand` shows the figure that failed; meet it and try again.",
  },
  CAPACITY_REACHED: {
    meaning: "Every seat is taken.",
    remedy: "Choose another cohort.",
  },
  FEATURE_DISABLED: {
    meaning: "The organization has switched this feature off.",
    remedy: "Ask an admin to switch it on in the settings.",
  },
  PROGRESS_BLOCKED: {
    meaning: "The learner has not come this far: something before it is still to be done.",
    remedy: "`blockingReason` says what; do that first.",
  },
  IDEMPOTENCY_MISMATCH: {
    meaning: "The Idempotency-Key came before with another payload.",
    remedy: "Take a new key for a new request; the same key is for the very same one.",
  },
  NOT_READY: {
    meaning: "It is being made and not there yet.",
    remedy: "Ask again after `Retry-After` seconds.",
  },
  STALE_VERSION: {
    meaning: "The thing has changed since the version that If-Match names.",
    remedy: "Read it again, look at the difference, and repeat the change with the new ETag.",
  },
  PAYLOAD_TOO_LARGE: {
    meaning: "The body is larger than this route takes; JSON may have 1 MiB.",
    remedy: "Send less, or upload files by `POST /lms/uploads`.",
  },
  UNSUPPORTED_MEDIA_TYPE: {
    meaning: "The body is not of a type that this route takes.",
    remedy: "Send JSON with `Content-Type: application/json`.",
  },
  RATE_LIMITED: {
    meaning: "More requests came than the limit lets through.",
    remedy: "Wait `Retry-After` seconds, then go on more slowly.",
  },
  OLX_VALIDATION_ERROR: {
    meaning: "The course breaks rules of OLX, the format that Open edX imports.",
    remedy: "Correct what the list of `path`, `message` and `severity` names, and publish again.",
  },
  INVALID_COURSE_INPUT: {
    meaning: "What was given cannot be made a course.",
    remedy: "Correct what `errors` lists.",
  },
  IMPORT_IN_PROGRESS: {
    meaning: "A job is under way for this course or connection.",
    remedy: "Wait until the job that `jobId` names has ended, or cancel it.",
  },
  COURSE_NOT_READY: {
    meaning: "Only a published course with content can go to another system.",
    remedy: "Publish the course, with at least one published module, and try again.",
  },
  IMPORT_REJECTED: {
    meaning: "The instance refused the bundle.",
    remedy: "`detail` gives its reason; correct the course or the instance's limits.",
  },
  AUTH_ERROR: {
    meaning: "The instance takes our token no more, or gave none.",
    remedy: "Check that LMS and Studio share their JWT settings, then test the connection.",
  },
  INVALID_CREDENTIALS: {
    meaning: "The instance does not know this client id and secret.",
    remedy:
      "Correct `clientId` and `clientSecret` of the connection; its LMS lists them in the admin.",
  },
  PERMISSION_ERROR: {
    meaning: "The user behind the client may not write this course.",
    remedy: "Add that user to the course team in Studio as an admin, or make it staff.",
  },
  INSUFFICIENT_ROLE: {
    meaning: "The user behind the client may not create courses.",
    remedy: "Make it staff, or create the empty course in Studio and add the user to its team.",
  },
  IMPORT_ERROR: {
    meaning: "The instance took the bundle and failed to import it.",
    remedy: "`detail` gives its reason, as far as it tells one; its operator's log has more.",
  },
  NETWORK_ERROR: {
    meaning: "The instance was not to be reached, or answered with a fault of its own.",
    remedy: "Look whether it is well, and try again in some minutes.",
  },
  CONNECTION_REFUSED: {
    meaning: "Nothing listens at the instance's address.",
    remedy: "Check host and port of the connection, and that the instance runs.",
  },
  DNS_ERROR: {
    meaning: "The instance's host name is not known.",
    remedy: "Correct `lmsUrl` and `studioUrl` of the connection.",
  },
  TIMEOUT_ERROR: {
    meaning: "The instance did not answer in time.",
    remedy: "Look whether it is overloaded, and try again in some minutes.",
  },
  IMPORT_TIMEOUT: {
    meaning: "The instance accepted the bundle and did not finish the import in time.",
    remedy: "Ask its operator whether its workers run, or raise `importTimeoutSeconds`.",
  },
  UPLOAD_TIMEOUT: {
    meaning: "The bundle did not reach the instance in time.",
    remedy: "Link large media instead of packing them, or try when the line is less busy.",
  },
  POLL_TIMEOUT: {
    meaning: "The instance stopped telling how the import goes.",
    remedy: "Look in Studio whether the course has changed, and publish again if not.",
  },
  INTERNAL: {
    meaning: "Something failed on the server; nothing was changed by half.",
    remedy: "Repeat the request; if it stays, tell the operator the `correlationId`.",
  },
  OVERLOADED: {
    meaning: "The database has more to do than it can.",
    remedy: "Repeat the request after `Retry-After` seconds.",
  },
};
