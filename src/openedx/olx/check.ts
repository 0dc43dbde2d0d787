import { SaxesParser } from "saxes";
import type { ValidationIssue } from "./issue.ts";
import { HTML_BYTES_MAX, HTML_BYTES_WARNED, RULES, type Rule } from "./rules.ts";
import { URL_NAME, URL_NAME_LENGTH_MAX } from "./url-name.ts";

/** Elements that live in a file of their own, pointed at by name; and what each has to hold. */
const BELOW: Readonly<Record<string, { tag: string; rule: Rule } | undefined>> = {
  course: { tag: "chapter", rule: "MIN_ONE_CHAPTER" },
  chapter: { tag: "sequential", rule: "MIN_ONE_SEQUENTIAL" },
  sequential: { tag: "vertical", rule: "MIN_ONE_VERTICAL" },
};
export const POINTED = new Set([
  "course",
  "chapter",
  "sequential",
  "vertical",
  "html",
  "problem",
  "video",
]);
const KEY_PART = /^[A-Za-z0-9_.-]+$/;
const LOCAL = /^(?:file:|\.\.[\\/]|\.\/(?!static)|[a-z]:\\)|(?:^|[\\/])\.\.[\\/]/i;
const WHOLE = /^(?:https?:\/\/|\/static\/|\/asset-v1:|data:image\/)/i;
const STATIC = /(?:^|["'\s(=])\/?static\/([\w.%-]+)/g;
const ISSUES_MAX = 1_000;

type Said = { path: string; moduleId: string | undefined };

/**
 * Holds a bundle's files against the rules, one after another in any order; `finish` tells what only all
 * of them together show. Paths are below the top folder. It keeps names, never contents.
 */
export class BundleCheck {
  private readonly issues: ValidationIssue[] = [];
  private readonly paths = new Map<string, Said>();
  private readonly named = new Map<string, Said>();
  private readonly wanted = new Map<string, Said>();
  /** Files that an element in line hides, if they are there. */
  private readonly hidden = new Map<string, Said>();

  add(path: string, content: string | Uint8Array, moduleId?: string): void {
    const said = { path, moduleId };
    this.paths.set(path, said);
    const text = typeof content === "string" ? content : decoded(content);
    if (text === undefined) {
      this.note("VALID_UTF8", said);
      return;
    }
    if (path.endsWith(".xml")) this.addXml(text, said);
    else if (/\.html?$/.test(path)) this.addHtml(text, said);
    else if (path.endsWith(".json")) this.addJson(text, said);
  }

  /** A file of `static/`, whose bytes are nobody's to judge. */
  addStatic(path: string, moduleId?: string): void {
    this.paths.set(path, { path, moduleId });
  }

  note(rule: Rule, { path, moduleId }: Partial<Said>, detail?: string): void {
    if (this.issues.length >= ISSUES_MAX) return;
    const [severity, message] = RULES[rule];
    this.issues.push({
      path: path ?? "",
      message: detail === undefined ? message : `${message}: ${detail.slice(0, 300)}`,
      severity,
      code: rule,
      ...(moduleId === undefined ? {} : { moduleId }),
    });
  }

  finish(): ValidationIssue[] {
    if (!this.paths.has("course.xml")) this.note("COURSE_XML_REQUIRED", { path: "course.xml" });
    for (const [path, said] of this.wanted) {
      if (!this.paths.has(path)) this.note("REFERENCED_FILE_EXISTS", said, path);
    }
    for (const [path, said] of this.hidden) {
      if (this.paths.has(path)) this.note("POINTER_ATTRIBUTES", said, path);
    }
    for (const [path, said] of this.paths) {
      if (MAY_BE_ORPHAN.test(path) && !this.wanted.has(path)) this.note("NO_ORPHAN_FILES", said);
    }
    return this.issues;
  }

  private want(path: string, said: Said): void {
    if (!this.wanted.has(path)) this.wanted.set(path, said);
  }

  private addXml(text: string, said: Said): void {
    const folder = said.path.includes("/") ? said.path.slice(0, said.path.indexOf("/")) : "";
    const open: { tag: string; below: number }[] = [];
    const parser = new SaxesParser();
    parser.on("error", (error) => {
      throw error;
    });
    parser.on("opentag", ({ name, attributes }) => {
      const parent = open.at(-1);
      if (parent && BELOW[parent.tag]?.tag === name) parent.below += 1;
      if (!parent && POINTED.has(folder) && folder !== name) this.note("TAG_MISMATCH", said, name);
      this.addElement(name, attributes as Record<string, string>, open.length, said);
      open.push({ tag: name, below: 0 });
    });
    parser.on("closetag", ({ name, isSelfClosing, attributes }) => {
      const { below = 0 } = open.pop() ?? {};
      const rule = BELOW[name]?.rule;
      const { url_name: named, ...others } = attributes as Record<string, string>;
      const isInLine = isSelfClosing && open.length > 0 && POINTED.has(name);
      if (isInLine && named && Object.keys(others).length > 0) {
        this.hidden.set(`${name}/${named}.xml`, said);
      }
      const isPointer = isSelfClosing && "url_name" in attributes && !isRootOfItsFile(open, folder);
      if (rule && below === 0 && !isPointer) this.note(rule, said);
    });
    try {
      parser.write(text).close();
    } catch (error) {
      this.note("WELL_FORMED_XML", said, error instanceof Error ? error.message : undefined);
    }
  }

  private addElement(
    tag: string,
    attributes: Record<string, string>,
    depth: number,
    said: Said,
  ): void {
    const urlName = attributes.url_name;
    const isRoot = depth === 0 && said.path !== "course.xml";
    if (urlName !== undefined && !isRoot) this.addName(tag, urlName, attributes, said);
    if (tag === "course" && "org" in attributes) {
      for (const part of [attributes.org, attributes.course, urlName]) {
        if (!KEY_PART.test(part ?? "")) this.note("INVALID_KEY", said, part ?? "");
      }
    }
    if (tag === "html" && attributes.filename !== undefined) {
      this.want(`html/${attributes.filename}.html`, said);
    }
    if (tag === "img") this.addAddress(attributes.src ?? "", "img", said);
    if (tag === "a") this.addAddress(attributes.href ?? "", "a", said);
    if (tag === "script" && said.path.startsWith("problem/")) this.note("NO_SCRIPT_TAGS", said);
    for (const value of Object.values(attributes)) this.wantStatic(` ${value}`, said);
    if (tag === "transcript" && attributes.src) this.want(`static/${attributes.src}`, said);
  }

  private addName(tag: string, name: string, attributes: object, said: Said): void {
    if (!/^[\x20-\x7e]*$/.test(name)) this.note("ASCII_URL_NAMES", said, name);
    if (name.length > URL_NAME_LENGTH_MAX) this.note("URL_NAME_MAX_LENGTH", said, name);
    const isRun = tag === "course" && KEY_PART.test(name);
    if (!URL_NAME.test(name) && !isRun) this.note("URL_NAME_PATTERN", said, name);
    const key = `${tag}/${name}`;
    if (this.named.has(key)) this.note("UNIQUE_URL_NAMES", said, key);
    this.named.set(key, said);
    const others = Object.keys(attributes).filter((one) => one !== "url_name");
    const isPointer = tag === "course" ? others.length === 2 : others.length === 0;
    const path = `${tag}/${name.replaceAll(":", "/")}.xml`;
    if (POINTED.has(tag) && isPointer) this.want(path, said);
  }

  private addHtml(text: string, said: Said): void {
    const bytes = text.length * 3 > HTML_BYTES_WARNED ? new TextEncoder().encode(text).length : 0;
    if (bytes > HTML_BYTES_MAX) this.note("UNIT_TOO_LARGE", said);
    else if (bytes > HTML_BYTES_WARNED) this.note("HTML_SIZE_LIMIT", said);
    if (/<script\b/i.test(text)) this.note("NO_SCRIPT_TAGS", said);
    for (const [, tag = "", , doubled, single, bare] of text.matchAll(ADDRESS)) {
      this.addAddress(doubled ?? single ?? bare ?? "", tag.toLowerCase(), said);
    }
    this.wantStatic(text, said);
  }

  private addAddress(url: string, tag: string, said: Said): void {
    const address = url.trim();
    if (LOCAL.test(address)) this.note("NO_LOCAL_FILE_REFS", said, address);
    else if (tag === "img" && !WHOLE.test(address)) this.note("ABSOLUTE_IMAGE_URLS", said, address);
  }

  private wantStatic(text: string, said: Said): void {
    if (!text.includes("static/")) return;
    for (const [, name = ""] of text.matchAll(STATIC)) this.want(`static/${name}`, said);
  }

  private addJson(text: string, said: Said): void {
    const isPolicy = said.path.endsWith("/policy.json");
    if (!isPolicy && !said.path.endsWith("/grading_policy.json")) return;
    try {
      const value: unknown = JSON.parse(text);
      if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error();
      const image = /"course_image":\s*"([^"]+)"/.exec(text)?.[1];
      if (image !== undefined) this.want(`static/${image}`, said);
    } catch {
      this.note(isPolicy ? "VALID_POLICY_JSON" : "VALID_GRADING_POLICY", said);
    }
    if (/[^\p{ASCII}]/u.test(text)) this.note("ASCII_POLICY", said);
  }
}

const MAY_BE_ORPHAN =
  /^(?:chapter|sequential|vertical|html|problem|video|static)\/(?!\._|\.DS_Store)/;

const ADDRESS = /<(img|a)\b[^>]*?\s(src|href)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gi;

const isRootOfItsFile = (open: readonly unknown[], folder: string): boolean =>
  open.length === 0 && folder !== "";

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return undefined;
  }
}
