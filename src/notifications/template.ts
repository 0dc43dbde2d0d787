/** A text with `{{name}}` for a value and `{{#name}}…{{/name}}` for what is said only where there is one. */
export type Template = readonly Piece[];
type Piece = string | { value: string } | { where: string; said: Template };

export type Values = Readonly<Record<string, string>>;
export type TemplateFault = { fault: string };

/** Placeholders whose value is an address, so that an attribute may hold it. */
const ADDRESSES: ReadonlySet<string> = new Set(["link"]);
const MARK = /\{\{\s*([#/]?)\s*([A-Za-z]*)\s*\}\}/g;
const TAG = /<[a-z!/?](?:"[^"]*"|'[^']*'|[^'">])*>/gi;

/** Reads a template in which only these names may stand; sections do not nest. */
export function templateOf(
  source: string,
  names: ReadonlySet<string>,
): { template: Template } | TemplateFault {
  const outer: Piece[] = [];
  let section: { where: string; said: Piece[] } | undefined;
  let end = 0;
  for (const mark of source.matchAll(MARK)) {
    const [whole, sign = "", name = ""] = mark;
    if (!names.has(name)) {
      return { fault: `There is no {{${name}}} here; there are ${[...names].join(", ")}` };
    }
    const into = section?.said ?? outer;
    if (mark.index > end) into.push(source.slice(end, mark.index));
    end = mark.index + whole.length;
    if (sign === "") into.push({ value: name });
    else if (sign === "#") {
      if (section) return { fault: `{{#${name}}} stands inside of {{#${section.where}}}` };
      section = { where: name, said: [] };
      outer.push(section);
    } else {
      if (section?.where !== name) return { fault: `{{/${name}}} closes what is not open` };
      section = undefined;
    }
  }
  if (section) return { fault: `{{#${section.where}}} is not closed` };
  if (end < source.length) outer.push(source.slice(end));
  const stray = source.replaceAll(MARK, "");
  if (stray.includes("{{") || stray.includes("}}")) {
    return { fault: "Braces are doubled around a name alone, as {{courseTitle}}" };
  }
  return { template: outer };
}

/** Why an HTML template cannot be one: within a tag nothing but an address may be filled in. */
export function htmlFault(source: string): string | undefined {
  for (const [tag] of source.matchAll(TAG)) {
    for (const [, , name = ""] of tag.matchAll(MARK)) {
      if (!ADDRESSES.has(name)) return `{{${name}}} stands inside of a tag: only {{link}} may`;
    }
  }
  return undefined;
}

/** The text with its values; `write` makes each safe where it will stand. */
export function fill(template: Template, values: Values, write: (value: string) => string): string {
  return template
    .map((piece): string => {
      if (typeof piece === "string") return piece;
      if ("value" in piece) return write(values[piece.value] ?? "");
      return values[piece.where] ? fill(piece.said, values, write) : "";
    })
    .join("");
}
