/** How an element is written for libxml2's parser, which knows HTML 4: itself, or another with a class. */
type Written = { tag: string; class?: string };

const SAME =
  "a b blockquote br caption code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i img input ins kbd li ol p pre q s samp small span strike strong sub sup table tbody td tfoot th thead tr tt u ul var";
const AS_DIV =
  "address article aside details dialog figcaption figure footer header hgroup main nav search section summary";
const AS_SPAN = "abbr cite data dfn mark output picture rb rp rt rtc ruby time wbr";

const words = (list: string): string[] => list.split(" ");

export const WRITTEN: ReadonlyMap<string, Written> = new Map<string, Written>([
  ...words(SAME).map((tag) => [tag, { tag }] as const),
  ...words(AS_DIV).map((tag) => [tag, { tag: "div", class: tag }] as const),
  ...words(AS_SPAN).map((tag) => [tag, { tag: "span", class: tag }] as const),
]);

/** Elements by the class that stands for them, as a bundle of ours is read back. */
export const BY_CLASS: ReadonlyMap<string, string> = new Map(
  words(`${AS_DIV} ${AS_SPAN}`).map((tag) => [tag, tag]),
);

/** Dropped with all that they hold; of any other unknown element the content stays. */
export const DROPPED = new Set(
  words(
    "script style template iframe object embed noscript noembed noframes title textarea select svg math canvas audio video source track",
  ),
);

export const VOID = new Set(["br", "hr", "img", "input"]);

/** May not stand in a paragraph. */
export const BLOCK = new Set(
  words(
    "blockquote dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre table tbody td tfoot th thead tr ul caption",
  ),
);

const EVERYWHERE = new Set(words("class dir lang title align valign width height"));
const OF: Readonly<Record<string, readonly string[]>> = {
  a: ["href"],
  img: ["src", "alt", "border"],
  input: ["type", "checked", "disabled"],
  ol: ["start", "type", "reversed"],
  ul: ["type"],
  li: ["value"],
  table: ["border", "cellpadding", "cellspacing", "summary"],
  td: ["colspan", "rowspan", "headers", "scope"],
  th: ["colspan", "rowspan", "headers", "scope"],
  blockquote: ["cite"],
  q: ["cite"],
  del: ["cite"],
  ins: ["cite"],
};

export const mayHave = (tag: string, attribute: string): boolean =>
  EVERYWHERE.has(attribute) || OF[tag]?.includes(attribute) === true;
