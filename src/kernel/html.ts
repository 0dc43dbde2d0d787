import * as z from "zod";
import { later } from "./later.ts";

export const HTML_LENGTH_MAX = 200_000;

/** What `html` below parses with: a command that takes HTML names it in `loads`. */
export const sanitizer = later("The sanitizer", () => import("./sanitized.ts"));

/** Elements that a parser opens again in every block that follows, until they are closed. */
const FORMATTING = "a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u";
const TAG = new RegExp(`<(/?)(?:(${FORMATTING})(?![\\w-])|[a-z])`, "gi");
const REOPENED_MAX = 100_000;

/** A text of thousands of unclosed tags makes a tree of millions of nodes: refused before it is parsed. */
function reopensTooMuch(html: string): boolean {
  let open = 0;
  let reopened = 0;
  for (const [, end, formatting] of html.matchAll(TAG)) {
    if (formatting !== undefined) open = end ? Math.max(0, open - 1) : open + 1;
    else if (!end) reopened += open;
    if (reopened > REOPENED_MAX) return true;
  }
  return false;
}

const sanitizedOrNone = (html: string): string | undefined =>
  walkable(html, sanitizer.loaded.sanitized);

/** Undefined where the elements are nested too deep, or too many are not closed, for a tree to be walked. */
export function walkable<T>(html: string, walk: (html: string) => T): T | undefined {
  if (reopensTooMuch(html)) return undefined;
  try {
    return walk(html);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** HTML in a payload: sanitized once, on the way in. */
export const html = z
  .string()
  .max(HTML_LENGTH_MAX)
  .transform((text, ctx) => {
    const clean = sanitizedOrNone(text);
    if (clean !== undefined && clean.length <= HTML_LENGTH_MAX) return clean;
    const message =
      clean === undefined
        ? "Elements are nested too deep, or too many are not closed"
        : `At most ${HTML_LENGTH_MAX} characters`;
    ctx.addIssue({ code: "custom", message });
    return z.NEVER;
  })
  .describe("HTML; scripts, handlers and unknown elements are dropped");
