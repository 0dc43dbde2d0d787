import type { Root } from "hast";
import { fromHtml } from "hast-util-from-html";
import { defaultSchema, sanitize } from "hast-util-sanitize";
import { toHtml } from "hast-util-to-html";

/** GitHub's allow-list of elements and attributes, with media of https alone and no prefixed ids. */
const allowed = {
  ...defaultSchema,
  clobberPrefix: "",
  clobber: [],
  tagNames: [...(defaultSchema.tagNames ?? []), "figure", "figcaption", "u", "mark", "small"],
  attributes: {
    ...defaultSchema.attributes,
    "*": (defaultSchema.attributes?.["*"] ?? []).filter((name) => name !== "id" && name !== "name"),
  },
  protocols: { ...defaultSchema.protocols, src: ["https"], href: ["http", "https", "mailto"] },
};

/** As a browser reads a fragment. */
export const treeOf = (html: string): Root => fromHtml(html.toWellFormed(), { fragment: true });

/** A tree without what the allow-list lacks, as well-formed HTML. */
export const sanitizedTree = (tree: Root): string =>
  toHtml(sanitize(tree, allowed) as Root, { allowDangerousHtml: false });

/** Parses as a browser would, drops what the allow-list lacks, and writes well-formed HTML. */
export const sanitized = (html: string): string => sanitizedTree(treeOf(html));
