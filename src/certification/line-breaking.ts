const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });
const ideograph =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\u3000-\u303f\uff00-\uffef]/u;
const closing = /^[\p{Pe}\p{Pf}、。，．！？；：・ーっゃゅょッャュョ々%‰…]/u;
const opening = /[\p{Ps}\p{Pi}]$/u;

type Piece = { text: string; width: number; trimmedWidth: number };

/** How many lines are welcome down to which size; the last stage shrinks as far as it must. */
export type Stage = { maxLines: number; fromPt: number; leastPt: number };

export type FittedText = { lines: string[]; sizePt: number };

/**
 * Breaks and shrinks a text until it fits, lines of even length. `measure` gives the width of a text
 * at a size of 1 pt; "\n" always breaks.
 */
export function fitText(given: {
  text: string;
  measure: (text: string) => number;
  maxWidthPt: number;
  stages: Stage[];
}): FittedText {
  const words = given.text.split("\n").map((line) => piecesOf(line, breakable, given.measure));
  for (const { maxLines, fromPt, leastPt } of given.stages) {
    for (let sizePt = fromPt; sizePt >= leastPt; sizePt -= 0.5) {
      const width = given.maxWidthPt / sizePt;
      if (words.flat().some((piece) => piece.trimmedWidth > width)) continue;
      const lines = linesOf(words, width);
      if (lines.length <= maxLines) return { lines: evened(words, width, lines), sizePt };
    }
  }
  return fitAnyhow({ ...given, words });
}

/** The last resort: as small as need be, and a word wider than the column is broken anywhere. */
function fitAnyhow(given: {
  text: string;
  words: Piece[][];
  measure: (text: string) => number;
  maxWidthPt: number;
  stages: Stage[];
}): FittedText {
  const { maxLines, leastPt } = given.stages.at(-1) ?? { maxLines: 1, leastPt: 12 };
  const letters = given.text.split("\n").map((line) => piecesOf(line, () => true, given.measure));
  for (let sizePt = leastPt; ; sizePt *= 0.96) {
    const width = given.maxWidthPt / sizePt;
    const whole = given.words.flat().every((piece) => piece.trimmedWidth <= width);
    const lines = linesOf(whole ? given.words : letters, width);
    const fits = whole || letters.flat().every((piece) => piece.trimmedWidth <= width);
    if ((lines.length <= maxLines && fits) || sizePt < 0.1) return { lines, sizePt };
  }
}

function piecesOf(
  text: string,
  mayBreak: (before: string, after: string) => boolean,
  measure: (text: string) => number,
): Piece[] {
  const pieces: string[] = [];
  let piece = "";
  for (const { segment } of graphemes.segment(text)) {
    if (piece !== "" && mayBreak(piece, segment)) {
      pieces.push(piece);
      piece = "";
    }
    piece += segment;
  }
  if (piece !== "") pieces.push(piece);
  return pieces.map((part) => ({
    text: part,
    width: measure(part),
    trimmedWidth: measure(part.trimEnd()),
  }));
}

function breakable(before: string, after: string): boolean {
  if (/\s/u.test(after) || closing.test(after) || opening.test(before)) return false;
  if (/[^\S\u00a0\u202f]$/u.test(before)) return true;
  if (/[\p{L}\p{N}][-\u2010\u2013\u2014/]$/u.test(before)) return true;
  return ideograph.test(after) || ideograph.test([...before].at(-1) ?? "");
}

function linesOf(paragraphs: Piece[][], width: number): string[] {
  return paragraphs.flatMap((pieces) => {
    const lines: string[] = [];
    let line = "";
    let used = 0;
    for (const piece of pieces) {
      if (line !== "" && used + piece.trimmedWidth > width) {
        lines.push(line.trimEnd());
        line = "";
        used = 0;
      }
      line += piece.text;
      used += piece.width;
    }
    if (line.trim() !== "") lines.push(line.trimEnd());
    return lines;
  });
}

/** The same number of lines in the narrowest column, so that no last line holds one lonely word. */
function evened(paragraphs: Piece[][], width: number, lines: string[]): string[] {
  if (lines.length < 2) return lines;
  let narrow = Math.max(...paragraphs.flat().map((piece) => piece.trimmedWidth));
  let wide = width;
  for (let step = 0; step < 12; step++) {
    const middle = (narrow + wide) / 2;
    if (linesOf(paragraphs, middle).length > lines.length) narrow = middle;
    else wide = middle;
  }
  return linesOf(paragraphs, wide);
}
