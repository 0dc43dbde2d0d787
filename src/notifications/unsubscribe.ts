import * as z from "zod";
import type { NoticeKind } from "./notice.ts";
import { SWITCHABLE } from "./preferences.ts";

type Sign = (message: string) => Promise<string>;

/** Whose mails of which kind end by one click. */
export type Unsubscribing = { orgId: string; memberId: string; kind: NoticeKind };

const message = z.tuple([z.literal("unsubscribe"), z.string(), z.string(), z.enum(SWITCHABLE)]);
const TOKEN = /^([\w-]{1,600})\.([0-9a-f]{64})$/;

/** The address that a mail carries for its end; it stays good, for mails are kept. */
export async function unsubscribeUrl(
  { orgId, memberId, kind }: Unsubscribing,
  { sign, origin }: { sign: Sign; origin: string },
): Promise<string> {
  const said = JSON.stringify(["unsubscribe", orgId, memberId, kind]);
  const body = btoa(said).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return `${origin}/lms/unsubscribe?token=${body}.${await sign(said)}`;
}

/** What a token says, with what has to be its signature. */
export function readToken(
  token: string,
): (Unsubscribing & { message: string; signature: string }) | undefined {
  const [, body = "", signature = ""] = TOKEN.exec(token) ?? [];
  try {
    const said = atob(body.replaceAll("-", "+").replaceAll("_", "/"));
    const [, orgId, memberId, kind] = message.parse(JSON.parse(said));
    return { orgId, memberId, kind, message: said, signature };
  } catch {
    return undefined;
  }
}

/** RFC 8058: a mail program ends a subscription by one POST of these. */
export const listHeaders = (address: string): Record<string, string> => ({
  "List-Unsubscribe": `<${address}>`,
  "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
});
