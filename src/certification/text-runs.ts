import bidiFactory from "bidi-js";

/** The files of `public/fonts`, without ".ttf". */
export type FontName =
  | "latin"
  | "latin-italic"
  | "latin-semibold"
  | "arabic"
  | "devanagari"
  | "han"
  | "han-rare"
  | "han-extended"
  | "hangul";

export type FontStyle = "regular" | "italic" | "semibold";

export type Direction = "ltr" | "rtl";

/** Whether a font draws a code point. */
export type Coverage = (font: FontName, codePoint: number) => boolean;

export type TextRun = { font: FontName; rtl: boolean; text: string };

type Script = "latin" | "arabic" | "devanagari" | "han" | "hangul";

type Cluster = { text: string; level: number; candidates: FontName[] };

const bidi = bidiFactory();
const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });

const styled: Record<FontStyle, FontName[]> = {
  regular: ["latin", "latin-italic", "latin-semibold"],
  italic: ["latin-italic", "latin", "latin-semibold"],
  semibold: ["latin-semibold", "latin", "latin-italic"],
};
const fontsOf: Record<Exclude<Script, "latin">, FontName[]> = {
  arabic: ["arabic"],
  devanagari: ["devanagari"],
  han: ["han"],
  hangul: ["hangul"],
};
const scripts: [Script, RegExp][] = [
  ["latin", /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]/u],
  ["arabic", /\p{Script=Arabic}/u],
  ["devanagari", /\p{Script=Devanagari}/u],
  ["han", /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}]/u],
  ["hangul", /\p{Script=Hangul}/u],
];
const hanLetter = /\p{Script=Han}/u;
const invisible = /\p{Default_Ignorable_Code_Point}/u;
const neutralScript = /[\p{Script=Common}\p{Script=Inherited}]/u;
const rightToLeftScript = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}]/u;

/**
 * One line of text as runs of one font and direction, in the order they stand on paper from left to
 * right. The text of a run is in the order that a shaper wants which derives its direction from the
 * script; brackets are mirrored where the run goes right to left.
 */
export function textRuns(given: {
  text: string;
  style: FontStyle;
  direction: Direction;
  covers: Coverage;
}): TextRun[] {
  const runs: (TextRun & { level: number })[] = [];
  for (const { text, level, candidates } of clustersOf(given)) {
    for (const part of fontParts({ text, candidates, covers: given.covers })) {
      const last = runs.at(-1);
      if (last && last.level === level && last.font === part.font) last.text += part.text;
      else runs.push({ ...part, level, rtl: level % 2 === 1 });
    }
  }
  return visualOrder(runs).map(({ font, rtl, text }) => ({ font, rtl, text: shaped(text, rtl) }));
}

/** The fonts that may draw each cluster of a text, best first: a loader needs no others. */
export function fontCandidates(given: { text: string; style: FontStyle }): {
  text: string;
  candidates: FontName[];
}[] {
  return clustersOf({ ...given, direction: "ltr" });
}

/** The base direction of a paragraph, by its first strong character (UAX #9, P2 and P3). */
export function directionOf(text: string): Direction {
  return (bidi.getEmbeddingLevels(text).paragraphs[0]?.level ?? 0) % 2 === 1 ? "rtl" : "ltr";
}

/** Code points that are part of the text and have no picture of their own. */
export function isInvisible(codePoint: number): boolean {
  return invisible.test(String.fromCodePoint(codePoint));
}

function clustersOf({
  text,
  style,
  direction,
}: {
  text: string;
  style: FontStyle;
  direction: Direction;
}): Cluster[] {
  const embedding = bidi.getEmbeddingLevels(text, direction);
  const mirrored = bidi.getMirroredCharactersMap(text, embedding.levels);
  const parts = [...graphemes.segment(text)];
  const contexts = contextsOf(parts.map(({ segment }) => segment));
  return parts.map(({ segment, index }, at) => ({
    text: mirrored.get(index) ?? segment,
    level: embedding.levels[index] ?? 0,
    candidates: candidatesOf({ cluster: segment, context: contexts[at] ?? "latin", style }),
  }));
}

/** The script of each cluster; a neutral one follows its neighbour, a closing bracket its opening one. */
function contextsOf(clusters: string[]): Script[] {
  const own = clusters.map(scriptOf);
  let current = own.find((script) => script !== undefined) ?? "latin";
  const open: { bracket: string; script: Script }[] = [];
  return clusters.map((cluster, index) => {
    const opening = bidi.closingToOpeningBracket(cluster);
    const partner = open.findLastIndex(({ bracket }) => bracket === opening);
    if (opening !== null && partner >= 0) {
      current = open[partner]?.script ?? current;
      open.length = partner;
      return current;
    }
    current = own[index] ?? current;
    if (bidi.openingToClosingBracket(cluster) !== null) {
      open.push({ bracket: cluster, script: current });
    }
    return current;
  });
}

function scriptOf(cluster: string): Script | undefined {
  return scripts.find(([, pattern]) => pattern.test(cluster))?.[0];
}

function candidatesOf({
  cluster,
  context,
  style,
}: {
  cluster: string;
  context: Script;
  style: FontStyle;
}): FontName[] {
  const script = scriptOf(cluster);
  const latin = styled[style];
  const eastern = context === "han" || context === "hangul";
  const western = context === "latin" || (eastern && cluster <= "\u00ff");
  const first = script === "latin" || (script === undefined && western) ? latin : [];
  const native = (script ?? context) === "latin" ? [] : fontsOf[notLatin(script ?? context)];
  const rest = [...latin, ...Object.values(fontsOf).flat()];
  const rare = hanLetter.test(cluster) ? [rareHanFont(cluster)] : [];
  return [...new Set([...first, ...native, ...rare, ...rest])];
}

/** The rare letters lie in two files, parted at the end of the Basic Multilingual Plane. */
function rareHanFont(cluster: string): FontName {
  return (cluster.codePointAt(0) ?? 0) > 0xffff ? "han-extended" : "han-rare";
}

function notLatin(script: Script): Exclude<Script, "latin"> {
  return script === "latin" ? "han" : script;
}

/** A cluster in the one font that draws it whole, else each code point in the first font that has it. */
function fontParts({
  text,
  candidates,
  covers,
}: {
  text: string;
  candidates: FontName[];
  covers: Coverage;
}): { font: FontName; text: string }[] {
  const codePoints = [...text].map((character) => character.codePointAt(0) ?? 0);
  const visible = codePoints.filter((codePoint) => !isInvisible(codePoint));
  const whole = candidates.find((font) => visible.every((codePoint) => covers(font, codePoint)));
  return codePoints.flatMap((codePoint) => {
    const font = whole ?? candidates.find((name) => covers(name, codePoint)) ?? candidates[0];
    if (!font || (isInvisible(codePoint) && !covers(font, codePoint))) return [];
    return [{ font, text: String.fromCodePoint(codePoint) }];
  });
}

/** Rule L2 of UAX #9, on runs. */
function visualOrder<Run extends { level: number }>(runs: Run[]): Run[] {
  const ordered = [...runs];
  for (let level = Math.max(0, ...runs.map((run) => run.level)); level > 0; level--) {
    for (let start = 0; start < ordered.length; start++) {
      let end = start;
      while ((ordered[end]?.level ?? -1) >= level) end++;
      if (end === start) continue;
      ordered.splice(start, end - start, ...ordered.slice(start, end).reverse());
      start = end;
    }
  }
  return ordered;
}

/** The shaper lays a run out by the direction of its script: digits of Arabic in a run from left to right, say. */
function shaped(text: string, rtl: boolean): string {
  const strong = [...text].find((character) => !neutralScript.test(character));
  const shaperIsRtl = strong !== undefined && rightToLeftScript.test(strong);
  if (shaperIsRtl === rtl) return text;
  return [...graphemes.segment(text)]
    .map(({ segment }) => segment)
    .reverse()
    .join("");
}
