import type { LmsFault } from "../kernel/lms-adapter.ts";
import {
  type Answered,
  type Ask,
  fault,
  isFault,
  type Link,
  saidIn,
  send,
} from "./openedx-request.ts";

type Token = { header: string; expiresAt: number };

/** Renewed so long before it expires, in milliseconds. */
const EARLY_MS = 60_000;
const KEPT_MAX = 500;
/** The token view is limited by address and minute, and blocks with a 403 page. */
const LIMITED_MS = 60_000;

/** Kept in the isolate alone. */
const tokens = new Map<string, Token>();

const keyOf = ({ config }: Link): string =>
  JSON.stringify([config.lmsUrl, config.clientId, config.clientSecret]);

/** A request with the client's token; renewed once where it is taken no more. `bodyOf` is asked again then. */
export async function sendAs(
  link: Link,
  { bodyOf, ...ask }: Omit<Ask, "body"> & { bodyOf?: () => Promise<BodyInit> },
): Promise<Answered | LmsFault> {
  const end = link.wire.now() + ask.timeoutMs;
  for (let renewed = false; ; renewed = true) {
    const token = await tokenOf(link, ask.timeoutMs);
    if ("fault" in token) return token;
    const headers = { ...ask.headers, authorization: token.header };
    const timeoutMs = Math.max(1, end - link.wire.now());
    const body = bodyOf ? { body: await bodyOf() } : {};
    const answered = await send(link, { ...ask, ...body, headers, timeoutMs });
    if (isFault(answered) || answered.status !== 401 || renewed) return answered;
    tokens.delete(keyOf(link));
  }
}

/** Client credentials, form-encoded, as a JWT: any other form is answered as if nothing had been sent. */
export async function tokenOf(link: Link, timeoutMs: number): Promise<Token | LmsFault> {
  const { config, wire } = link;
  const key = keyOf(link);
  const known = tokens.get(key);
  if (known && known.expiresAt - EARLY_MS > wire.now()) return known;
  const answered = await send(link, {
    address: `${config.lmsUrl}/oauth2/access_token`,
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: config.clientId,
      client_secret: config.clientSecret,
      token_type: "jwt",
    }).toString(),
    timeoutMs,
  });
  if (isFault(answered)) return answered;
  const token = tokenIn(answered, wire.now());
  if (!token) return refusedToken(answered);
  if (tokens.size >= KEPT_MAX) tokens.clear();
  tokens.set(key, token);
  return token;
}

function tokenIn({ status, json }: Answered, now: number): Token | undefined {
  const { access_token: text, expires_in: seconds, token_type: type } = json ?? {};
  if (status !== 200 || typeof text !== "string" || typeof seconds !== "number") return undefined;
  const scheme = String(type).toLowerCase() === "jwt" ? "JWT" : "Bearer";
  return { header: `${scheme} ${text}`, expiresAt: now + seconds * 1_000 };
}

function refusedToken(answered: Answered): LmsFault {
  const { status, json } = answered;
  if (status === 401 || json?.error === "invalid_client") {
    return fault(
      "INVALID_CREDENTIALS",
      "The instance does not know this client id and secret: compare them with its LMS under /admin/oauth2_provider/application/",
    );
  }
  if (status === 403) {
    return fault(
      "AUTH_ERROR",
      "The instance limits how often we may ask for a token: wait a minute",
      {
        again: true,
        waitMs: LIMITED_MS,
      },
    );
  }
  if (status === 404) {
    return fault("NETWORK_ERROR", "There is no Open edX at lmsUrl: it has no /oauth2/access_token");
  }
  if (status >= 500) {
    return fault("NETWORK_ERROR", `The instance's LMS answered ${status}`, { again: true });
  }
  const said = saidIn(answered);
  return fault(
    "AUTH_ERROR",
    `The instance gave no token${said === "" ? "" : `: “${said}”`}; the client has to be confidential, with the grant “client credentials”`,
  );
}
