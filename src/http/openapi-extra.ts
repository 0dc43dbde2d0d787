import * as z from "zod";
import { uploadFinish } from "../files/commands/upload-finish.ts";
import { AUTH_ROUTES } from "../identity/auth-surface.ts";
import type { Code } from "../kernel/error.ts";
import type { Method } from "../kernel/route.ts";
import { features } from "../kernel/settings.ts";
import { notificationUnsubscribe } from "../notifications/commands/notification-unsubscribe.ts";
import { OPERATOR_ROUTES } from "./openapi-operator.ts";

/** A route that is no command and no query, as the document tells of it. */
export type ExtraRoute = {
  readonly method: Method;
  readonly path: string;
  readonly operationId: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly security: "none" | "caller" | "session" | "operator";
  /** Fields of the query string, or of a JSON body. */
  readonly input?: z.ZodObject;
  /** The media type of a body that is no JSON. */
  readonly body?: string;
  readonly status?: 101 | 200 | 201 | 202;
  readonly answer: { readonly type: string; readonly schema?: z.ZodType } | null;
  readonly refuses?: readonly Code[];
};

const page = (path: string, operationId: string, summary: string): ExtraRoute => ({
  method: "GET",
  path,
  operationId,
  tag: "reference",
  summary,
  security: "none",
  answer: { type: "text/html" },
  refuses: path.includes(":") ? ["NOT_FOUND"] : [],
});

const state = z.enum(["up", "down"]);
const healthAnswer = z.object({
  status: z.enum(["healthy", "unhealthy"]),
  version: z.string(),
  features,
  entities: z.int(),
  parts: z.object({ database: state, files: state }),
  outboxLagMs: z.int().optional().describe("With OPERATOR_KEY"),
  tasksOverdue: z.int().optional().describe("With OPERATOR_KEY"),
  deadLetters: z.int().optional().describe("With OPERATOR_KEY"),
});
const names = z.array(z.string());
const manifestAnswer = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  version: z.string(),
  requiredCapabilities: names,
  optionalCapabilities: names,
  entities: names,
  events: names,
  commands: names,
  queries: names,
  fsms: names,
  migrations: names,
});
const uploadAddress = z.object({
  size: z.int(),
  type: z.string(),
  sha256: z.string(),
  expires: z.int(),
  signature: z.string(),
});
const readAddress = z
  .object({ name: z.string(), expires: z.int(), signature: z.string() })
  .partial();
const library = z.record(z.string(), z.unknown()).nullable().meta({ id: "AuthAnswer" });

const operations: readonly ExtraRoute[] = [
  {
    method: "GET",
    path: "/health",
    operationId: "health",
    tag: "operations",
    summary: "Whether the Worker is alive",
    security: "none",
    answer: { type: "application/json", schema: z.object({ status: z.literal("alive") }) },
  },
  {
    method: "GET",
    path: "/health/lms",
    operationId: "health.lms",
    tag: "operations",
    summary: "Each required part, up or down",
    description:
      "503 with the same body when one is down. With OPERATOR_KEY also how far behind it is.",
    security: "none",
    answer: { type: "application/json", schema: healthAnswer },
  },
  {
    method: "GET",
    path: "/lms/manifest",
    operationId: "manifest",
    tag: "operations",
    summary: "What this deployment can do",
    security: "none",
    answer: { type: "application/json", schema: manifestAnswer },
  },
  {
    method: "GET",
    path: "/dev/mailbox",
    operationId: "dev.mailbox",
    tag: "operations",
    summary: "Mails that would have been sent; development only",
    security: "none",
    answer: { type: "application/json" },
    refuses: ["NOT_FOUND", "VALIDATION_FAILED"],
  },
];

const token = z.object({ token: z.string().describe("As the mail's link carries it") });

const mails: readonly ExtraRoute[] = [
  {
    method: "GET",
    path: "/lms/unsubscribe",
    operationId: "unsubscribe.page",
    tag: "notifications",
    summary: "A page that asks before it ends the mails of one kind",
    security: "none",
    input: token,
    answer: { type: "text/html" },
    refuses: ["INVALID_SIGNATURE"],
  },
  {
    method: "POST",
    path: "/lms/unsubscribe",
    operationId: "unsubscribe",
    tag: "notifications",
    summary: "End the mails of one kind by one click (RFC 8058)",
    description:
      "The address stands in each mail's `List-Unsubscribe` with its signed token; whatever body a mail program sends is left unread.",
    security: "none",
    input: token,
    body: "application/x-www-form-urlencoded",
    answer: { type: "application/json", schema: notificationUnsubscribe.output },
    refuses: ["INVALID_SIGNATURE", "NOT_FOUND", "OVERLOADED"],
  },
];

const files: readonly ExtraRoute[] = [
  {
    method: "PUT",
    path: "/files/*",
    operationId: "files.put",
    tag: "files",
    summary: "Upload the bytes of a file",
    description: "Take the address that `POST /lms/uploads` gave, unchanged.",
    security: "none",
    body: "application/octet-stream",
    input: uploadAddress,
    status: 201,
    answer: { type: "application/json", schema: uploadFinish.output },
    refuses: ["INVALID_SIGNATURE", "VALIDATION_FAILED", "DUPLICATE"],
  },
  {
    method: "GET",
    path: "/files/*",
    operationId: "files.get",
    tag: "files",
    summary: "Read a file, or a range of it",
    description:
      "By its signature, or by a caller who may read what it is attached to. A `Range` is answered with 206.",
    security: "caller",
    input: readAddress,
    answer: { type: "application/octet-stream" },
    refuses: ["INVALID_SIGNATURE", "PERMISSION_DENIED", "NOT_FOUND"],
  },
];

const sockets: readonly ExtraRoute[] = [
  {
    method: "GET",
    path: "/lms/calendar/:file",
    operationId: "calendar.feed",
    tag: "live",
    summary: "One's sessions as a calendar to subscribe to",
    description:
      "iCalendar (RFC 5545). The address, secret and all, comes from `POST /lms/me/calendar`; `file` is the secret and `.ics`. It shows the sessions of the last 90 days and those to come, 500 at most, each in its cohort's time zone, and answers `If-None-Match` with 304. A link that is revoked, or whose member is suspended or gone, is 404.",
    security: "none",
    input: z.object({ cohortId: z.string().optional().describe("Only this cohort's") }),
    answer: { type: "text/calendar" },
    refuses: ["NOT_FOUND"],
  },
  {
    method: "GET",
    path: "/lms/sessions/:sessionId/ws",
    operationId: "sessions.socket",
    tag: "live",
    summary: "Join a live session over a WebSocket",
    description: "The ticket comes from `POST /lms/sessions/{sessionId}/ticket` and is good once.",
    security: "none",
    input: z.object({
      ticket: z.string(),
      since: z.int().optional().describe("The seq of the last message seen"),
    }),
    status: 101,
    answer: null,
    refuses: ["UNAUTHENTICATED", "INVALID_TRANSITION", "NOT_FOUND", "VALIDATION_FAILED"],
  },
  {
    method: "GET",
    path: "/lms/realtime",
    operationId: "realtime.socket",
    tag: "live",
    summary: "Hear one's channels over a WebSocket",
    description: [
      "The ticket comes from `POST /lms/realtime/ticket` and is good once.",
      'Send `{ "type": "subscribe", "channel": … }`; what comes back is `subscribed`, or `error` with `PERMISSION_DENIED`.',
      "The channels are `org:{orgId}:lms:session:{sessionId}` for those who may join it, `org:{orgId}:lms:course:{courseId}:instructor` for its instructor, `org:{userId}:actor:{userId}:lms` for that person, and `org:{orgId}:lms:admin` for admins.",
      "A message is `{ type, channel, data, timestamp }`. What was told to nobody is in `GET /lms/notifications?unread=true`.",
      "A channel that is no longer open comes as `unsubscribed` with a `detail`; a socket whose member's access ends is closed with 4403, and within a minute one whose session or key has ended with 4401.",
    ].join(" "),
    security: "none",
    input: z.object({ ticket: z.string() }),
    status: 101,
    answer: null,
    refuses: ["UNAUTHENTICATED", "SUSPENDED", "VALIDATION_FAILED", "OVERLOADED"],
  },
];

const reference: readonly ExtraRoute[] = [
  page("/", "home", "What this is"),
  page("/docs", "docs", "This reference"),
  page("/docs/errors", "docs.errors", "Every error code"),
  page("/docs/event-types", "docs.eventTypes", "Every event and its payload"),
  page("/docs/:area", "docs.area", "The operations of one area"),
  page("/live/:sessionId", "live.page", "Take part in a live session with a browser"),
  {
    method: "GET",
    path: "/pages/:file",
    operationId: "pages.asset",
    tag: "reference",
    summary: "Stylesheet, script and picture of the pages",
    security: "none",
    answer: { type: "text/css" },
    refuses: ["NOT_FOUND"],
  },
  {
    method: "GET",
    path: "/openapi.json",
    operationId: "openapi",
    tag: "reference",
    summary: "This API as an OpenAPI 3.1 document",
    security: "none",
    answer: { type: "application/json" },
  },
];

const people = AUTH_ROUTES.map(
  (route): ExtraRoute => ({
    method: route.method,
    path: `/auth${route.path}`,
    operationId: `auth${route.path.replaceAll(/\/:?/g, ".")}`,
    tag: "people",
    summary: route.summary,
    security: "session",
    ...(Object.keys(route.input.shape).length > 0 && { input: route.input }),
    answer: { type: "application/json", schema: library },
    refuses: [
      "VALIDATION_FAILED",
      "UNAUTHENTICATED",
      "PERMISSION_DENIED",
      "NOT_FOUND",
      "DUPLICATE",
    ],
  }),
);

/** Every route that no context defines. What is served and missing here fails a test. */
export const EXTRA_ROUTES: readonly ExtraRoute[] = [
  ...people,
  ...files,
  ...mails,
  ...sockets,
  ...operations,
  ...OPERATOR_ROUTES,
  ...reference,
];
