import * as z from "zod";
import { SECOND } from "../kernel/time.ts";

const FRAME_BYTES_MAX = 16 * 1024;
const FRAMES_A_SECOND = 20;
/** Five seconds of haste are forgiven, as after a laptop wakes. */
const FRAMES_BURST = 100;

export type Close = { code: 1008 | 1009; reason: string };
export type Message = z.infer<typeof message>;
export type Frame = Message | { type: "fault"; detail: string };

/** What a participant may send. */
const message = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("participants"), after: z.string().max(100).optional() }),
]);

export const tooLarge = (frame: string | ArrayBuffer): Close | undefined =>
  bytesOf(frame) > FRAME_BYTES_MAX
    ? { code: 1009, reason: `A frame has at most ${FRAME_BYTES_MAX} bytes` }
    : undefined;

const bytesOf = (frame: string | ArrayBuffer): number =>
  typeof frame === "string" ? new TextEncoder().encode(frame).byteLength : frame.byteLength;

export function frameOf(frame: string | ArrayBuffer): Frame {
  if (typeof frame !== "string") return fault("Send JSON as text");
  let value: unknown;
  try {
    value = JSON.parse(frame);
  } catch {
    return fault("The frame is not well-formed JSON");
  }
  const parsed = message.safeParse(value);
  return parsed.success ? parsed.data : fault('Send { "type": "participants", "after"?: userId }');
}

const fault = (detail: string): Frame => ({ type: "fault", detail });

/** What a socket may still send; it fills again by `FRAMES_A_SECOND`. */
export type Allowance = { left: number; at: number };

/** The allowance after one more frame; who has none left is closed with 1008. */
export function spend(before: Allowance | undefined, now: number): Allowance | Close {
  const { left, at } = before ?? { left: FRAMES_BURST, at: now };
  const refilled = Math.min(FRAMES_BURST, left + ((now - at) / SECOND) * FRAMES_A_SECOND);
  return refilled < 1
    ? { code: 1008, reason: `At most ${FRAMES_A_SECOND} frames a second` }
    : { left: refilled - 1, at: now };
}
