import type { LmsErrorCode, LmsFault, OpenEdXConfig } from "../kernel/lms-adapter.ts";
import { type Environment, refusedTarget } from "../kernel/target.ts";

/** What an adapter stands on, given by its host. */
export type Wire = {
  fetch(address: string, init: RequestInit): Promise<Response>;
  now(): number;
  environment: Environment;
  /** Whether a connection opens at all: where a runtime hides why a request failed, this tells. */
  reaches?(hostname: string, port: number): Promise<boolean>;
  /** Lets exactly so many bytes through, and has the request say so: Django reads no chunked upload. */
  fixedLength(size: number): {
    readable: ReadableStream<Uint8Array>;
    writable: WritableStream<Uint8Array>;
  };
};

export type Link = { config: OpenEdXConfig; wire: Wire };
export type Answered = {
  status: number;
  json: Record<string, unknown> | undefined;
  text: string;
};
export type Ask = {
  address: string;
  method?: "GET" | "POST";
  headers?: Record<string, string>;
  body?: BodyInit;
  timeoutMs: number;
  onTimeout?: LmsErrorCode;
};

const TEXT_MAX = 256 * 1024;
const SAID_MAX = 300;

export const isFault = (value: Answered | LmsFault): value is LmsFault => "fault" in value;

/** One request, no redirect followed: a 301 would turn a POST into a GET, and lead who knows where. */
export async function send({ config, wire }: Link, ask: Ask): Promise<Answered | LmsFault> {
  const refused = refusedTarget(new URL(ask.address).origin, wire.environment);
  if (refused) return fault("NETWORK_ERROR", `The address of “${config.name}”: ${refused}`);
  const { address, method = "GET", headers = {}, body } = ask;
  try {
    const answer = await wire.fetch(address, {
      method,
      headers: { accept: "application/json", ...headers },
      redirect: "manual",
      signal: AbortSignal.timeout(Math.max(1, ask.timeoutMs)),
      ...(body === undefined ? {} : { body }),
    });
    const text = await textOf(answer);
    const { status } = answer;
    return (
      atTheEdge(status, text) ?? redirected(status, answer) ?? { status, text, json: jsonOf(text) }
    );
  } catch (error) {
    return (
      faultOfThrown(error, ask.onTimeout ?? "TIMEOUT_ERROR") ?? diagnosed(error, address, wire)
    );
  }
}

export const fault = (
  code: LmsFault["fault"],
  message: string,
  more: Partial<LmsFault> = {},
): LmsFault => ({ fault: code, message, again: false, ...more });

/** What an answer says about itself, in its own words; the empty text where it says nothing. */
export function saidIn({ json, text }: Answered): string {
  const message = json?.developer_message ?? json?.detail ?? json?.error_description ?? json?.error;
  const inner =
    typeof message === "object" && message !== null
      ? (message as Record<string, unknown>).developer_message
      : message;
  if (typeof inner === "string") return oneLine(inner);
  if (json) return oneLine(JSON.stringify(json));
  const title = /<title[^>]*>([^<]*)/i.exec(text)?.[1];
  return oneLine(title ?? text.replaceAll(/<[^>]*>/g, " "));
}

const oneLine = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}\s]+/gu, " ")
    .trim()
    .slice(0, SAID_MAX);

async function textOf(answer: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > TEXT_MAX) break;
  }
  return text;
}

function jsonOf(text: string): Answered["json"] {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const UNKNOWN_HOST = fault(
  "DNS_ERROR",
  "The instance's host name is not known: check its addresses",
  { again: true, unsent: true },
);
const REFUSED = fault(
  "CONNECTION_REFUSED",
  "The instance refused the connection: check host and port, and that it runs",
  { again: true, unsent: true },
);
const BAD_CERTIFICATE = fault(
  "NETWORK_ERROR",
  "No secure connection to the instance: its certificate is not valid for its host name, or it speaks no TLS there",
  { unsent: true },
);
const timedOut = (code: LmsErrorCode): LmsFault =>
  fault(code, "The instance did not answer in time", { again: true });

/** Cloudflare's edge answers in place of a host that it could not reach. */
function atTheEdge(status: number, text: string): LmsFault | undefined {
  if (status < 520 || status > 530 || !/error code: \d+/i.test(text)) return undefined;
  if (status === 521 || status === 523) return REFUSED;
  if (status === 522 || status === 524) return timedOut("TIMEOUT_ERROR");
  if (status === 525 || status === 526) return BAD_CERTIFICATE;
  return status === 530 ? UNKNOWN_HOST : undefined;
}

function redirected(status: number, answer: Response): LmsFault | undefined {
  if (status < 300 || status > 399) return undefined;
  const to = URL.parse(answer.headers.get("location") ?? "")?.origin;
  const where = to ? `: it sends us on to ${to}` : "";
  return fault(
    "NETWORK_ERROR",
    `The instance is at another address${where}; correct the connection`,
  );
}

function faultOfThrown(error: unknown, onTimeout: LmsErrorCode): LmsFault | undefined {
  const text = messagesOf(error);
  if (/TimeoutError|timed? ?out|ETIMEDOUT/i.test(text)) return timedOut(onTimeout);
  if (/DNS|ENOTFOUND|EAI_AGAIN|getaddrinfo|resolve/i.test(text)) return UNKNOWN_HOST;
  if (/refused/i.test(text)) return REFUSED;
  if (/certificate|self.signed|\bTLS\b|\bSSL\b|CERT_/i.test(text)) return BAD_CERTIFICATE;
  return undefined;
}

/**
 * workerd says "Network connection lost" of what refused and of what broke, and hides the rest as internal.
 * Asked afterwards, so it says nothing of whether the request had left.
 */
async function diagnosed(error: unknown, address: string, wire: Wire): Promise<LmsFault> {
  const { hostname, port, protocol } = new URL(address);
  const isSecure = protocol === "https:";
  const reached = await wire.reaches?.(hostname, Number(port) || (isSecure ? 443 : 80));
  const isHidden = /internal error/i.test(messagesOf(error));
  if (reached === false) return { ...(isHidden ? UNKNOWN_HOST : REFUSED), unsent: false };
  if (reached && isHidden && isSecure) return BAD_CERTIFICATE;
  return fault("NETWORK_ERROR", "The connection to the instance broke", { again: true });
}

function messagesOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = `${error.name} ${error.message}`;
  return error.cause === undefined ? own : `${own} ${messagesOf(error.cause)}`;
}

/** A status that no caller treats apart. */
export function faultOfStatus(answered: Answered): LmsFault {
  const { status } = answered;
  const said = saidIn(answered);
  const quoted = said === "" ? "" : `: “${said}”`;
  if (status === 401) {
    return fault(
      "AUTH_ERROR",
      `The instance does not take the token${quoted}; LMS and Studio have to share their JWT settings`,
    );
  }
  if (status === 403) {
    return fault(
      "PERMISSION_ERROR",
      `The user behind the client may not do this${quoted}; add it to the course team in Studio`,
    );
  }
  if (status === 413) {
    return fault(
      "IMPORT_REJECTED",
      "The bundle is larger than the instance's proxy lets through (often 250 MB); link media instead of packing them, or have its limit raised",
    );
  }
  if (status >= 500) {
    const ours = status === 500 && said === "";
    const message = `The instance answered ${status}${quoted}`;
    return fault(ours ? "IMPORT_ERROR" : "NETWORK_ERROR", message, { again: !ours });
  }
  return fault("IMPORT_REJECTED", `The instance answered ${status}${quoted}`);
}
