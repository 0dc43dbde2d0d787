import type PDFDocument from "pdfkit";
import type { Stage } from "./line-breaking.ts";
import { fitText } from "./line-breaking.ts";
import type { Coverage, FontName, FontStyle, TextRun } from "./text-runs.ts";
import { directionOf, textRuns } from "./text-runs.ts";

type Doc = typeof PDFDocument;

export type Paragraph = {
  text: string;
  style: FontStyle;
  colour: string;
  widthPt: number;
  stages: Stage[];
  /** Space between letters as a part of the size; scripts whose letters join get none. */
  trackingEm?: number;
  /** The structure element that a screen reader meets. */
  tag: "H1" | "H2" | "P";
};

export type SetParagraph = {
  heightPt: number;
  /** From the paragraph's top to the base line of its last line. */
  lastBaselinePt: number;
  /** Draws the lines centred upon `x`, and puts them into the document's structure. */
  draw(given: { x: number; topPt: number }): void;
};

export type Typesetter = {
  set(paragraph: Paragraph): SetParagraph;
  /** Draws what is no text for a screen reader. */
  decorate(draw: () => void): void;
  /** Draws a picture that is told by `alternative`. */
  picture(given: { alternative: string; draw: () => void }): void;
  /** Closes the structure; nothing may be drawn after it. */
  end(): void;
};

type Line = { runs: (TextRun & { widthPt: number })[]; text: string };

/** How far the letters of a font reach above and below the base line, in parts of the size. */
const reach: Record<FontName, { above: number; below: number }> = {
  latin: { above: 0.78, below: 0.28 },
  "latin-italic": { above: 0.78, below: 0.28 },
  "latin-semibold": { above: 0.78, below: 0.28 },
  arabic: { above: 0.95, below: 0.5 },
  devanagari: { above: 0.98, below: 0.42 },
  han: { above: 0.9, below: 0.2 },
  "han-rare": { above: 0.9, below: 0.2 },
  "han-extended": { above: 0.9, below: 0.2 },
  hangul: { above: 0.88, below: 0.2 },
};
const leadingEm = 0.12;
const joined: FontName[] = ["arabic", "devanagari"];
/** Widths are measured at this size, where rounding does not show. */
const measuringPt = 100;

/** Sets paragraphs into a document whose fonts are registered under their names. */
export function typesetter(given: { doc: Doc; covers: Coverage }): Typesetter {
  const { doc } = given;
  const root = doc.struct("Document");
  doc.addStructure(root);
  return {
    set: (paragraph) => setParagraph({ ...given, root, paragraph }),
    decorate: (draw) => {
      doc.markContent("Artifact", { type: "Layout" });
      draw();
      doc.endMarkedContent();
    },
    picture: ({ alternative, draw }) => {
      root.add(doc.struct("Figure", { alt: alternative }, [draw]));
    },
    end: () => {
      root.end();
    },
  };
}

function setParagraph(given: {
  doc: Doc;
  covers: Coverage;
  root: ReturnType<Doc["struct"]>;
  paragraph: Paragraph;
}): SetParagraph {
  const { doc, covers, root, paragraph } = given;
  const direction = directionOf(paragraph.text);
  const runsOf = (text: string) => textRuns({ text, style: paragraph.style, direction, covers });
  const tracking = runsOf(paragraph.text).some(({ font }) => joined.includes(font))
    ? 0
    : (paragraph.trackingEm ?? 0);
  const widthOf = ({ font, text }: TextRun, sizePt: number) =>
    doc.font(font).fontSize(sizePt).widthOfString(text, { features: [] }) +
    tracking * sizePt * [...text].length;
  const measure = (text: string) =>
    runsOf(text).reduce((sum, run) => sum + widthOf(run, measuringPt), 0) / measuringPt;
  const { lines, sizePt } = fitText({ ...paragraph, measure, maxWidthPt: paragraph.widthPt });

  const set: Line[] = lines.map((text) => ({
    text,
    runs: runsOf(text).map((run) => ({ ...run, widthPt: widthOf(run, sizePt) })),
  }));
  const fonts = set.flatMap(({ runs }) => runs.map(({ font }) => reach[font]));
  const above = Math.max(reach.latin.above, ...fonts.map((font) => font.above)) * sizePt;
  const below = Math.max(reach.latin.below, ...fonts.map((font) => font.below)) * sizePt;
  const linePt = above + below + leadingEm * sizePt;
  const heightPt = set.length === 0 ? 0 : set.length * linePt - leadingEm * sizePt;
  return {
    heightPt,
    lastBaselinePt: heightPt - below,
    draw: ({ x, topPt }) => {
      const drawLines = () => {
        for (const [index, line] of set.entries()) {
          const y = topPt + above + index * linePt;
          drawLine({ doc, line, x, y, sizePt, tracking, colour: paragraph.colour });
        }
      };
      // Runs stand on paper from left to right: a screen reader is told the order of reading.
      const turned = set.some(({ runs }) => runs.some((run) => run.rtl));
      root.add(doc.struct(paragraph.tag, turned ? { actual: lines.join("\n") } : {}, [drawLines]));
    },
  };
}

function drawLine(given: {
  doc: Doc;
  line: Line;
  x: number;
  y: number;
  sizePt: number;
  tracking: number;
  colour: string;
}): void {
  const { doc, line, sizePt } = given;
  const spacing = given.tracking * sizePt;
  const widthPt = line.runs.reduce((sum, run) => sum + run.widthPt, -spacing);
  let x = given.x - widthPt / 2;
  for (const run of line.runs) {
    // Reordered signs of Devanagari do not spell the text for who copies or searches it.
    const respelt = run.font === "devanagari";
    if (respelt) doc.markContent("Span", { actual: run.text });
    doc
      .font(run.font)
      .fontSize(sizePt)
      .fillColor(given.colour)
      // Without `features` the library shapes word by word and sets Arabic words in the wrong order.
      .text(run.text, x, given.y, {
        features: [],
        lineBreak: false,
        baseline: "alphabetic",
        characterSpacing: spacing,
      });
    if (respelt) doc.endMarkedContent();
    x += run.widthPt;
  }
}
