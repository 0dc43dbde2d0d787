import type { Outcome } from "../kernel/outcome.ts";
import type { Page } from "../kernel/page.ts";

/** Under the platform's thousand queries of one invocation, with room for what else the request asks. */
const PAGES_MAX = 900;
const TYPE = "application/x-ndjson";

export const wantsLines = (accept: string | undefined): boolean =>
  (accept ?? "").split(",").some((one) => one.split(";")[0]?.trim().toLowerCase() === TYPE);

type Next = (cursor: string) => Promise<Outcome>;

/**
 * A list as NDJSON, a row a line, read page by page as the caller takes it. A stream that stops at the
 * most a request may read says so by a last line `{"nextCursor": …}`; one that fails is cut off.
 */
export function lines(first: unknown, next: Next): Response {
  const encoder = new TextEncoder();
  // SAFETY: a query that streams answers a page.
  const pages = pagesFrom(first as Page<unknown>, next);
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await pages.next();
        if (done) return controller.close();
        const text = value.map((row) => `${JSON.stringify(row)}\n`).join("");
        return controller.enqueue(encoder.encode(text));
      },
      async cancel() {
        await pages.return();
      },
    },
    { highWaterMark: 0 },
  );
  const headers = {
    "content-type": TYPE,
    "cache-control": "private, no-store",
    vary: "Accept, Authorization, Cookie, X-Org-Id, Origin",
  };
  return new Response(body, { headers });
}

async function* pagesFrom(first: Page<unknown>, next: Next): AsyncGenerator<unknown[], void> {
  let page = first;
  for (let pages = 1; ; pages++) {
    yield page.data;
    if (page.nextCursor === null) return;
    if (pages === PAGES_MAX) return yield [{ nextCursor: page.nextCursor }];
    const outcome = await next(page.nextCursor);
    if (!outcome.ok) throw new Error(outcome.refusal.detail);
    page = outcome.answer as Page<unknown>;
  }
}
