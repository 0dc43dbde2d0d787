// What the walk speaks with: HTTP as one of the demo's people, and waiting that ends.

/** Says what went wrong and what to do about it. */
export class Stuck extends Error {
  constructor(message, advice) {
    super(message);
    this.advice = advice;
  }
}

const REQUEST_MS = 15_000;

/** Requests to one server; `as` is an API key, without one the caller is anybody. */
export function clientOf(url) {
  async function send(method, path, { as, body, headers = {} } = {}) {
    const target = new URL(path, url);
    const answer = await fetch(target, {
      method,
      signal: AbortSignal.timeout(REQUEST_MS),
      headers: {
        ...(as ? { authorization: `Bearer ${as}` } : {}),
        ...(isJson(body) ? { "content-type": "application/json" } : {}),
        ...headers,
      },
      body: isJson(body) ? JSON.stringify(body) : body,
    }).catch((error) => {
      throw new Stuck(
        `${method} ${target.pathname}: ${error.cause?.code ?? error.message}`,
        `Is the server still up at ${url}? Start it with npm start, then run npm run demo again`,
      );
    });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const type = answer.headers.get("content-type") ?? "";
    const content = /json/.test(type) ? JSON.parse(new TextDecoder().decode(bytes)) : bytes;
    return { status: answer.status, headers: answer.headers, body: content };
  }

  /** The body of an answer that has to have this status. */
  async function expect(status, method, path, options) {
    const answer = await send(method, path, options);
    if (answer.status === status) return answer.body;
    const { code = "", detail = "" } = answer.body;
    throw new Stuck(
      `${method} ${path} answered ${answer.status} ${code}, not ${status}: ${detail}`,
      "The server's terminal has a line of log with the same correlation id",
    );
  }

  return {
    url,
    send,
    expect,
    get: (path, as) => expect(200, "GET", path, { as }),
    post: (path, as, body = {}) => expect(200, "POST", path, { as, body }),
    create: (path, as, body) => expect(201, "POST", path, { as, body }),
    patch: (path, as, body) => expect(200, "PATCH", path, { as, body }),
  };
}

const isJson = (body) => body !== undefined && !(body instanceof Uint8Array);

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks again until `ask` gives something; says what it waited for where that never comes. */
export async function until(what, timeoutMs, ask) {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const found = await ask();
    if (found !== undefined) return found;
    if (Date.now() > end) {
      throw new Stuck(
        `${what} did not come within ${timeoutMs / 1_000} s`,
        "GET /lms/admin/dead-letters (as admin) lists what failed for good",
      );
    }
    await pause(200);
  }
}

export function check(holds, message) {
  if (!holds) throw new Stuck(message, "This is a fault of Lyceum's own: please report it");
}
