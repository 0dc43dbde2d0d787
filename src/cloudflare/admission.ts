import type * as z from "zod";
import { type Refusal, refuse } from "../kernel/error.ts";

const ADMISSION = "x-lyceum-admission";

/** The headers by which the Worker says to an object whom a ticket let in. */
export const admitting = (admission: unknown): HeadersInit => ({
  upgrade: "websocket",
  [ADMISSION]: encodeURIComponent(JSON.stringify(admission)),
});

/** What was said so. Only the Worker reaches an object. */
export const admitted = <T>(request: Request, schema: z.ZodType<T>): T =>
  schema.parse(JSON.parse(decodeURIComponent(request.headers.get(ADMISSION) ?? "null")));

/** What is no WebSocket spends no ticket. */
export const plainFault = (request: Request): Refusal | undefined =>
  request.headers.get("upgrade")?.toLowerCase() === "websocket"
    ? undefined
    : refuse("VALIDATION_FAILED", "Open this address as a WebSocket");
