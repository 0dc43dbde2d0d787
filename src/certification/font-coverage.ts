import type { Coverage, FontName, FontStyle } from "./text-runs.ts";
import { fontCandidates, isInvisible } from "./text-runs.ts";

export type FontSource = {
  /** The bytes of one static TrueType font. */
  load(name: FontName): Promise<ArrayBuffer>;
};

/**
 * Loads only the fonts that the texts need, in the order in which runs choose them: the rare Han
 * characters weigh many megabytes.
 */
export async function loadFonts(given: {
  texts: { text: string; style: FontStyle }[];
  fonts: FontSource;
}): Promise<{ bytesOf: Map<FontName, Uint8Array>; covers: Coverage }> {
  const bytesOf = new Map<FontName, Uint8Array>();
  const charactersOf = new Map<FontName, (codePoint: number) => boolean>();
  const covers: Coverage = (font, codePoint) => charactersOf.get(font)?.(codePoint) ?? false;
  for (const text of given.texts) {
    for (const cluster of fontCandidates(text)) {
      for (const font of cluster.candidates) {
        if (!bytesOf.has(font)) {
          const bytes = new Uint8Array(await given.fonts.load(font));
          bytesOf.set(font, bytes);
          charactersOf.set(font, charactersIn(bytes));
        }
        if (isCovered({ text: cluster.text, font, covers })) break;
      }
    }
  }
  return { bytesOf, covers };
}

/**
 * Reads the `cmap` table (OpenType 1.9, formats 12 and 4) of a TrueType font.
 * Throws an Error where the font has neither.
 */
export function charactersIn(bytes: Uint8Array): (codePoint: number) => boolean {
  const font = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const cmap = tableStart(font, "cmap");
  const starts = Array.from({ length: font.getUint16(cmap + 2) }, (_, index) => {
    return cmap + font.getUint32(cmap + 8 + index * 8);
  });
  const full = starts.find((start) => font.getUint16(start) === 12);
  if (full !== undefined) return (codePoint) => fullLookup(font, full, codePoint);
  const basic = starts.find((start) => font.getUint16(start) === 4);
  if (basic !== undefined) return (codePoint) => basicLookup(font, basic, codePoint);
  throw new Error("The font has no Unicode character map.");
}

/** Whether a font draws every visible code point of a text. */
export function isCovered(given: { text: string; font: FontName; covers: Coverage }): boolean {
  return [...given.text].every((character) => {
    const codePoint = character.codePointAt(0) ?? 0;
    return isInvisible(codePoint) || given.covers(given.font, codePoint);
  });
}

function tableStart(font: DataView, tag: string): number {
  for (let index = 0; index < font.getUint16(4); index++) {
    const at = 12 + index * 16;
    const found = [0, 1, 2, 3].map((byte) => String.fromCharCode(font.getUint8(at + byte)));
    if (found.join("") === tag) return font.getUint32(at + 8);
  }
  throw new Error(`The font has no table ${tag}.`);
}

function fullLookup(font: DataView, table: number, codePoint: number): boolean {
  const group = firstIndex(font.getUint32(table + 12), (index) => {
    return font.getUint32(table + 16 + index * 12 + 4) >= codePoint;
  });
  if (group === font.getUint32(table + 12)) return false;
  const at = table + 16 + group * 12;
  const first = font.getUint32(at);
  return first <= codePoint && font.getUint32(at + 8) + codePoint - first > 0;
}

function basicLookup(font: DataView, table: number, codePoint: number): boolean {
  const doubled = font.getUint16(table + 6);
  const count = doubled / 2;
  const segment = firstIndex(count, (index) => font.getUint16(table + 14 + index * 2) >= codePoint);
  if (segment === count) return false;
  const at = table + 16 + doubled + segment * 2;
  const first = font.getUint16(at);
  if (first > codePoint) return false;
  const delta = font.getUint16(at + doubled);
  const range = font.getUint16(at + doubled * 2);
  if (range === 0) return ((codePoint + delta) & 0xffff) !== 0;
  const glyph = font.getUint16(at + doubled * 2 + range + (codePoint - first) * 2);
  return glyph !== 0;
}

/** The first index below `count` that passes, else `count`; those after it pass too. */
function firstIndex(count: number, passes: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (passes(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
