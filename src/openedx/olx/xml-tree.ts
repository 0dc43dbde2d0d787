import { SaxesParser } from "saxes";

export type XmlNode = {
  name: string;
  attributes: Record<string, string>;
  children: (XmlNode | string)[];
};

/** A document's tree; entities of a DTD are not expanded. Undefined where it is not well-formed. */
export function xmlTree(text: string): XmlNode | undefined {
  const root: XmlNode = { name: "", attributes: {}, children: [] };
  const open: XmlNode[] = [root];
  const parser = new SaxesParser();
  const addText = (piece: string) => open.at(-1)?.children.push(piece);
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("opentag", ({ name, attributes }) => {
    if (open.length > DEPTH_MAX) throw new Error("Too deep");
    const node = { name, attributes: attributes as Record<string, string>, children: [] };
    open.at(-1)?.children.push(node);
    open.push(node);
  });
  parser.on("closetag", () => open.pop());
  try {
    parser.write(text.replace(/^\uFEFF/, "")).close();
  } catch {
    return undefined;
  }
  return root.children.find((one) => typeof one !== "string");
}

const DEPTH_MAX = 200;

export const elementsOf = (node: XmlNode): XmlNode[] =>
  node.children.filter((one) => typeof one !== "string");

export const childOf = (node: XmlNode, name: string): XmlNode | undefined =>
  elementsOf(node).find((one) => one.name === name);

/** All that is below, in the order of the document. */
export function* descendants(node: XmlNode): Iterable<XmlNode> {
  for (const one of elementsOf(node)) {
    yield one;
    yield* descendants(one);
  }
}

/** A node's text, with line breaks where `br` or a paragraph's end says so. */
export function textOf(node: XmlNode): string {
  const inner = node.children
    .map((one) => (typeof one === "string" ? one.replace(/\s+/g, " ") : textOf(one)))
    .join("");
  if (node.name === "br") return "\n";
  return node.name === "p" || node.name === "div" || node.name === "li" ? `${inner}\n` : inner;
}

export const plain = (node: XmlNode | undefined): string =>
  node === undefined
    ? ""
    : textOf(node)
        .split("\n")
        .map((row) => row.trim())
        .join("\n")
        .trim();
