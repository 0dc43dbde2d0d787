/** What XML 1.0 lets stand nowhere, not even as a reference; a lone surrogate becomes U+FFFD before. */
const ILLEGAL = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

/** Text that may stand in XML once it is escaped. */
export const legal = (text: string): string => text.toWellFormed().replace(ILLEGAL, "");

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\t": "&#9;",
  "\n": "&#10;",
  "\r": "&#13;",
};

export const escapeText = (text: string): string =>
  legal(text).replace(/[&<>]/g, (one) => ENTITIES[one] ?? one);

export const escapeAttribute = (text: string): string =>
  legal(text).replace(/[&<>"\t\n\r]/g, (one) => ENTITIES[one] ?? one);

export type Attributes = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** An element; `inner` is XML already. What is null or undefined among the attributes is left out. */
export function element(name: string, attributes: Attributes = {}, inner?: string): string {
  let head = `<${name}`;
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined)
      head += ` ${key}="${escapeAttribute(String(value))}"`;
  }
  return inner === undefined ? `${head}/>` : `${head}>${inner}</${name}>`;
}

/**
 * A display name as an attribute: the importer tries each as JSON first, so one that is JSON by chance
 * (`null`, `42`, a quoted title) is encoded as JSON to come through as it is.
 */
export function displayName(title: string): string {
  const text = legal(title);
  try {
    JSON.parse(text);
    return JSON.stringify(text);
  } catch {
    return text;
  }
}

/** What `displayName` has made of a title. */
export function titleOf(displayed: string): string {
  try {
    const value: unknown = JSON.parse(displayed);
    return typeof value === "string" ? value : displayed;
  } catch {
    return displayed;
  }
}

/** ASCII alone, with the rest as \u escapes: the importer opens policies in its locale's encoding. */
export const asciiJson = (value: unknown): string =>
  `${JSON.stringify(value, null, 2).replace(
    /[\x7f-\uffff]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
  )}\n`;
