import { type Refusal, refuse } from "../kernel/error.ts";
import { KEY_PREFIX } from "./key.ts";

export const COOKIE_PREFIX = "lyceum";

/** What a request shows of its caller, looked at but not looked up. */
export type Shown =
  | { kind: "none" }
  | { kind: "session"; token: string; byCookie: boolean }
  | { kind: "key"; key: string }
  | { kind: "token"; jwt: string };

export const unknownCredential = refuse(
  "UNAUTHENTICATED",
  "This credential is not known here, or no longer; sign in again or send another key",
);

/** A cookie's name as the library gives it: its prefix holds the browser to https. */
export const sessionCookie = (origin: string): string =>
  `${origin.startsWith("https://") ? "__Secure-" : ""}${COOKIE_PREFIX}.session_token`;

/** Authorization counts before a cookie; what is there and wrong is refused, never passed over. */
export async function shownBy(
  headers: Headers,
  { secret, origin }: { secret: string; origin: string },
): Promise<Shown | Refusal> {
  const authorization = headers.get("authorization");
  if (authorization !== null) {
    const [scheme, value, ...more] = authorization.trim().split(/ +/);
    if (scheme?.toLowerCase() !== "bearer" || !value || more.length > 0) {
      return refuse(
        "UNAUTHENTICATED",
        "Send Authorization: Bearer with a key, a token or a session's token",
      );
    }
    if (value.startsWith(KEY_PREFIX)) return { kind: "key", key: value };
    if (value.split(".").length === 3) return { kind: "token", jwt: value };
    return sessionShown(value, secret, false);
  }
  const cookie = cookieOf(headers, sessionCookie(origin));
  return cookie === undefined ? { kind: "none" } : sessionShown(cookie, secret, true);
}

function cookieOf(headers: Headers, name: string): string | undefined {
  const pairs = (headers.get("cookie") ?? "").split(";").map((one) => one.trim());
  const value = pairs.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1);
  return value === "" ? undefined : value;
}

/** A cookie's token is signed; a Bearer's may come bare, as sign-in answered it. */
async function sessionShown(
  value: string,
  secret: string,
  byCookie: boolean,
): Promise<Shown | Refusal> {
  const text = decoded(value);
  const dot = text.lastIndexOf(".");
  if (dot === -1) return byCookie ? unknownCredential : { kind: "session", token: text, byCookie };
  const token = text.slice(0, dot);
  const signed = await isSignature(token, text.slice(dot + 1), secret);
  return signed ? { kind: "session", token, byCookie } : unknownCredential;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

const hmacKey = (secret: string): Promise<CryptoKey> =>
  crypto.subtle.importKey(
    "raw",
    new TextEncoder().encode(secret),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign", "verify"],
  );

/** HMAC-SHA256 in base64 over the token, as the library signs its cookies. */
async function isSignature(token: string, signature: string, secret: string): Promise<boolean> {
  try {
    const bytes = Uint8Array.from(atob(signature), (letter) => letter.charCodeAt(0));
    const key = await hmacKey(secret);
    return await crypto.subtle.verify("HMAC", key, bytes, new TextEncoder().encode(token));
  } catch {
    return false;
  }
}

/** The value of a session's cookie, as the library would set it. */
export async function signedToken(token: string, secret: string): Promise<string> {
  const key = await hmacKey(secret);
  const bytes = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(token));
  return encodeURIComponent(`${token}.${btoa(String.fromCharCode(...new Uint8Array(bytes)))}`);
}

type Written = { method: string; url: string; headers: Headers };

/** A write that a browser may have been tricked into: it has to say that it comes from us. */
export function refuseForeignOrigin(
  { method, url, headers }: Written,
  trusted: readonly string[],
): Refusal | undefined {
  const safe = method === "GET" || method === "HEAD" || method === "OPTIONS";
  if (safe && headers.get("upgrade")?.toLowerCase() !== "websocket") return undefined;
  const from = headers.get("origin");
  if (from !== null && (from === new URL(url).origin || trusted.includes(from))) return undefined;
  return refuse(
    "PERMISSION_DENIED",
    "A write by cookie comes from this origin alone; send an Origin of ours, or Authorization: Bearer",
  );
}
