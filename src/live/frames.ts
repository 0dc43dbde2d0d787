import * as z from "zod";
import { line, prose } from "../kernel/text.ts";
import { SECOND } from "../kernel/time.ts";
import {
  CHAT_LENGTH_MAX,
  CLOSE_CODES,
  type ClientFrame,
  POLL_OPTION_MAX,
  POLL_OPTIONS,
  POLL_QUESTION_MAX,
  REACTIONS,
  REF_MAX,
} from "./protocol.ts";

const FRAME_BYTES_MAX = 16 * 1024;
const FRAMES_A_SECOND = 20;
/** Five seconds of haste are forgiven, as after a laptop wakes. */
const FRAMES_BURST = 100;

export type Close = { code: number; reason: string };
export type Fault = { type: "fault"; detail: string; ref?: string | undefined };

const name = z.string().min(1).max(100);
const own = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.strictObject({ type: z.literal(type), ref: z.string().max(REF_MAX).optional(), ...shape });

/** What a participant may send. */
const message = z.discriminatedUnion("type", [
  own("participants", { after: z.string().max(100).optional() }),
  own("chat", { text: prose(CHAT_LENGTH_MAX) }),
  own("chat:delete", { lineId: name }),
  own("hand:raise", {}),
  own("hand:lower", { userId: name.optional() }),
  own("react", { reaction: z.enum(REACTIONS) }),
  own("poll:open", {
    question: line(POLL_QUESTION_MAX),
    options: z.array(line(POLL_OPTION_MAX)).min(POLL_OPTIONS.min).max(POLL_OPTIONS.max),
  }),
  own("poll:vote", {
    pollId: name,
    option: z
      .int()
      .min(0)
      .max(POLL_OPTIONS.max - 1),
  }),
  own("poll:close", { pollId: name }),
  own("spotlight", { userId: name.nullable() }),
  own("mute", { muted: z.boolean() }),
  own("remove", { userId: name }),
  own("readmit", { userId: name }),
]);

/** What the schema lets in: a test holds that it is the protocol's `ClientFrame`, no more and no less. */
export type Message = z.infer<typeof message>;

export const tooLarge = (frame: string | ArrayBuffer): Close | undefined =>
  bytesOf(frame) > FRAME_BYTES_MAX
    ? { code: CLOSE_CODES.tooLarge, reason: `A frame has at most ${FRAME_BYTES_MAX} bytes` }
    : undefined;

/** UTF-8 needs at most three bytes a UTF-16 unit, so most frames need no counting. */
const bytesOf = (frame: string | ArrayBuffer): number => {
  if (typeof frame !== "string") return frame.byteLength;
  return frame.length * 3 <= FRAME_BYTES_MAX
    ? frame.length
    : new TextEncoder().encode(frame).byteLength;
};

export const frameOf = (frame: string | ArrayBuffer): ClientFrame | Fault =>
  frameBy(message, frame);

/** A frame by its schema, or what is wrong with it. */
export function frameBy<T>(schema: z.ZodType<T>, frame: string | ArrayBuffer): T | Fault {
  if (typeof frame !== "string") return { type: "fault", detail: "Send JSON as text" };
  let value: unknown;
  try {
    value = JSON.parse(frame);
  } catch {
    return { type: "fault", detail: "The frame is not well-formed JSON" };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  return { type: "fault", detail: faultsOf(parsed.error), ref: refOf(value) };
}

const faultsOf = (error: z.ZodError | undefined): string =>
  (error?.issues ?? [])
    .slice(0, 3)
    .map(({ path, message: why }) => (path.length > 0 ? `${path.join(".")}: ${why}` : why))
    .join("; ");

/** So that whoever sent a wrong frame learns which. */
const refOf = (value: unknown): string | undefined => {
  const ref = z.object({ ref: z.string().max(REF_MAX) }).safeParse(value);
  return ref.success ? ref.data.ref : undefined;
};

/** What a socket may still send; it fills again by `FRAMES_A_SECOND`. */
export type Allowance = { left: number; at: number };

/** The allowance after one more frame; who has none left is closed with 1008. */
export function spend(before: Allowance | undefined, now: number): Allowance | Close {
  const left = refilled(before, now, { perSecond: FRAMES_A_SECOND, burst: FRAMES_BURST });
  return left < 1
    ? { code: CLOSE_CODES.flood, reason: `At most ${FRAMES_A_SECOND} frames a second` }
    : { left: left - 1, at: now };
}

/** What is left of an allowance at `now`, in frames. */
export function refilled(
  before: Allowance | undefined,
  now: number,
  { perSecond, burst }: { perSecond: number; burst: number },
): number {
  if (!before) return burst;
  return Math.min(burst, before.left + ((now - before.at) / SECOND) * perSecond);
}
