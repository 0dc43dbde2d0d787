import type { Element, ElementContent, Root, RootContent } from "hast";
import { walkable } from "../../kernel/html.ts";
import { treeOf } from "../../kernel/sanitized.ts";
import { BLOCK, DROPPED, mayHave, VOID, WRITTEN } from "./markup-terms.ts";
import { escapeAttribute, escapeText, legal } from "./xml.ts";

/** What becomes of an address: as it is to be written, or undefined, and it is left out. */
export type Readdress = (url: string, of: "href" | "src" | "cite") => string | undefined;

/**
 * HTML as both an XML and an HTML 4 parser read it: of known elements and attributes alone, all closed,
 * every `&` escaped, HTML5's own elements as classed `div` and `span`. Undefined where it is nested too
 * deep. What our own sanitizer has written is checked and copied in one pass; all else is parsed.
 */
export function wellFormed(html: string, readdress: Readdress): string | undefined {
  const text = legal(html);
  const written =
    copied(text, readdress) ?? walkable(text, (of) => contents(treeOf(of), readdress));
  return written === undefined || written.trim() !== "" ? written : "<p></p>";
}

const TOKEN = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z]+(?:="[^"<>]*")?)*)\s*\/?>|([^<]+)/y;
const ATTRIBUTE = /([a-z]+)(?:="([^"]*)")?/g;
const REFERENCE = /&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(amp|lt|gt|quot));/g;
const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };

/** Undefined where there is anything that a parser has to judge. */
function copied(html: string, readdress: Readdress): string | undefined {
  // Addresses are told of only once it is certain that this way is gone to its end.
  if (!isPlain(html)) return undefined;
  let out = "";
  for (const token of html.matchAll(new RegExp(TOKEN.source, "g"))) {
    const [, end, tag = "", attributes = "", text] = token;
    const written = WRITTEN.get(tag);
    if (text !== undefined) out += escapeText(decoded(text));
    else if (end) out += `</${written?.tag}>`;
    else out += openTag(tag, attributesIn(attributes), readdress);
  }
  return out;
}

function isPlain(html: string): boolean {
  const open: string[] = [];
  let at = 0;
  while (at < html.length) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(html);
    if (!token) return false;
    at = TOKEN.lastIndex;
    const [, end, tag = "", attributes = "", text] = token;
    if (text !== undefined) {
      if (text.includes("&") && text.replace(REFERENCE, "").includes("&")) return false;
      continue;
    }
    const written = WRITTEN.get(tag);
    if (!written) return false;
    if (end) {
      if (open.pop() !== tag) return false;
      continue;
    }
    if (BLOCK.has(written.tag) && open.includes("p")) return false;
    if (tag === "a" && open.includes("a")) return false;
    if (attributes.includes("&") && attributes.replace(REFERENCE, "").includes("&")) return false;
    const names = attributesIn(attributes).map(([name]) => name);
    if (new Set(names).size < names.length) return false;
    if (!VOID.has(tag)) open.push(tag);
    if (open.length > 500) return false;
  }
  return open.length === 0;
}

const attributesIn = (text: string): [string, string][] =>
  text === ""
    ? []
    : Array.from(text.matchAll(ATTRIBUTE), ([, name = "", value]) => [
        name,
        value === undefined ? name : decoded(value),
      ]);

const decoded = (text: string): string =>
  text.includes("&")
    ? text.replace(REFERENCE, (_, hex?: string, decimal?: string, name?: string) => {
        if (name !== undefined) return NAMED[name] ?? "";
        const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
        return point <= 0x10ffff ? String.fromCodePoint(point) : "\uFFFD";
      })
    : text;

/** An element's beginning, with the attributes that it may have; addresses as `readdress` says. */
function openTag(
  tag: string,
  attributes: readonly [string, string][],
  readdress: Readdress,
  as = WRITTEN.get(tag),
): string {
  if (!as) return "";
  let out = `<${as.tag}`;
  for (const [name, value] of attributes) {
    if (!mayHave(tag, name) || (name === "class" && as.class)) continue;
    const isAddress = name === "href" || name === "src" || name === "cite";
    const given = isAddress ? readdress(value.trim(), name) : value;
    if (given !== undefined) out += ` ${name}="${escapeAttribute(given)}"`;
  }
  if (as.class) out += ` class="${as.class}"`;
  return VOID.has(as.tag) ? `${out}/>` : `${out}>`;
}

function contents(of: Root | Element, readdress: Readdress): string {
  let out = "";
  for (const node of of.children) out += nodeText(node, readdress);
  return out;
}

function nodeText(node: RootContent | ElementContent, readdress: Readdress): string {
  if (node.type === "text") return escapeText(node.value);
  if (node.type !== "element" || DROPPED.has(node.tagName)) return "";
  const written = WRITTEN.get(node.tagName);
  if (!written) return contents(node, readdress);
  // A block in a paragraph is what an HTML 4 parser refuses, and trees without a button can have.
  const as = written.tag === "p" && holdsBlock(node) ? { tag: "div", class: "p" } : written;
  const head = openTag(node.tagName, propertiesOf(node), readdress, as);
  return VOID.has(as.tag) ? head : `${head}${contents(node, readdress)}</${as.tag}>`;
}

const holdsBlock = (of: Element): boolean =>
  of.children.some(
    (node) =>
      node.type === "element" &&
      (BLOCK.has(WRITTEN.get(node.tagName)?.tag ?? "") || holdsBlock(node)),
  );

const propertiesOf = ({ properties }: Element): [string, string][] =>
  Object.entries(properties).flatMap(([name, value]) => {
    if (value === null || value === undefined || value === false) return [];
    const attribute = name === "className" ? "class" : name.toLowerCase();
    if (value === true) return [[attribute, attribute]];
    return [[attribute, Array.isArray(value) ? value.join(" ") : String(value)]];
  });
