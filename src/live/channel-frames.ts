import * as z from "zod";
import type { ChannelRequest } from "./channel-protocol.ts";
import { type Fault, frameBy } from "./frames.ts";

const NAME_MAX = 400;

const request: z.ZodType<ChannelRequest> = z.strictObject({
  type: z.enum(["subscribe", "unsubscribe"]),
  channel: z.string().min(1).max(NAME_MAX),
});

export const channelFrameOf = (frame: string | ArrayBuffer): ChannelRequest | Fault =>
  frameBy(request, frame);
