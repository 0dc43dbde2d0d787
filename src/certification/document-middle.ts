import type PDFDocument from "pdfkit";
import { colours, drawDivider, page } from "./document-ornament.ts";
import type { Paragraph, Typesetter } from "./document-type.ts";
import type { CertificateTexts } from "./document-words.ts";
import type { CertificateTemplate } from "./template.ts";

type Doc = typeof PDFDocument;
type Part = { gapPt: number; heightPt: number; draw: (topPt: number) => void };
type Middle = {
  doc: Doc;
  type: Typesetter;
  texts: CertificateTexts;
  logo: CertificateTemplate["logo"];
};

/** Where the text may stand, above the row of dates, signatories and QR code. */
const area = { topPt: 60, bottomPt: 424, widthPt: 640 };
const logoBox = { widthPt: 220, heightPt: 50 };
const x = page.widthPt / 2;

/** Who certifies what to whom, in the middle of the page; all of it smaller where it would not fit. */
export function drawMiddle(given: Middle): void {
  const available = area.bottomPt - area.topPt;
  let scale = 1;
  let parts = partsAt(given, scale);
  while (heightOf(parts) > available && scale > 0.01) {
    scale *= 0.94;
    parts = partsAt(given, scale);
  }
  const air = Math.min(1.35, 1 + (available - heightOf(parts)) / gapsOf(parts));
  let y = area.topPt + (available - heightOf(parts) - gapsOf(parts) * (air - 1)) / 2;
  for (const [index, { gapPt, heightPt, draw }] of parts.entries()) {
    if (index > 0) y += gapPt * air;
    draw(y);
    y += heightPt;
  }
}

function heightOf(parts: Part[]): number {
  return parts.reduce((sum, { heightPt }) => sum + heightPt, gapsOf(parts));
}

function gapsOf(parts: Part[]): number {
  return parts.slice(1).reduce((sum, { gapPt }) => sum + gapPt, 0);
}

function partsAt(given: Middle, scale: number): Part[] {
  const { doc, type, texts, logo } = given;
  const text = (gapPt: number, paragraph: Omit<Paragraph, "widthPt">): Part => {
    const stages = paragraph.stages.map(({ maxLines, fromPt, leastPt }) => ({
      maxLines,
      fromPt: fromPt * scale,
      leastPt: leastPt * scale,
    }));
    const set = type.set({ ...paragraph, widthPt: area.widthPt, stages });
    return {
      gapPt: gapPt * scale,
      heightPt: set.heightPt,
      draw: (topPt) => set.draw({ x, topPt }),
    };
  };
  const plain = { colour: colours.quiet, style: "italic", tag: "P" } as const;
  const sentence = [{ maxLines: 6, fromPt: 15.5, leastPt: 11 }];
  const withCourse = texts.course === undefined ? [] : [text(9, courseParagraph(texts.course))];
  return [
    ...(logo ? [logoPart({ doc, type, texts, logo })] : []),
    text(10, issuerParagraph(texts.issuer)),
    text(12, titleParagraph(texts.title)),
    dividerPart({ doc, type, scale }),
    ...(texts.before === undefined
      ? []
      : [text(13, { ...plain, text: texts.before, stages: sentence })]),
    text(texts.before === undefined ? 14 : 7, nameParagraph(texts.learner)),
    text(8, { ...plain, text: texts.after, stages: sentence }),
    ...withCourse,
  ];
}

function issuerParagraph(text: string): Omit<Paragraph, "widthPt"> {
  return {
    text,
    style: "semibold",
    colour: colours.gold,
    tag: "P",
    trackingEm: 0.09,
    stages: [
      { maxLines: 1, fromPt: 13.5, leastPt: 10 },
      { maxLines: 2, fromPt: 11, leastPt: 8 },
    ],
  };
}

function titleParagraph(text: string): Omit<Paragraph, "widthPt"> {
  return {
    text,
    style: "regular",
    colour: colours.ink,
    tag: "H1",
    trackingEm: 0.025,
    stages: [
      { maxLines: 1, fromPt: 42, leastPt: 28 },
      { maxLines: 2, fromPt: 30, leastPt: 18 },
    ],
  };
}

function nameParagraph(text: string): Omit<Paragraph, "widthPt"> {
  return {
    text,
    style: "regular",
    colour: colours.gold,
    tag: "H2",
    stages: [
      { maxLines: 1, fromPt: 45, leastPt: 29 },
      { maxLines: 2, fromPt: 33, leastPt: 18 },
    ],
  };
}

function courseParagraph(text: string): Omit<Paragraph, "widthPt"> {
  return {
    text,
    style: "semibold",
    colour: colours.ink,
    tag: "P",
    stages: [
      { maxLines: 1, fromPt: 26, leastPt: 20 },
      { maxLines: 2, fromPt: 23, leastPt: 15 },
      { maxLines: 3, fromPt: 17, leastPt: 12 },
    ],
  };
}

function dividerPart(given: { doc: Doc; type: Typesetter; scale: number }): Part {
  const heightPt = 10;
  return {
    gapPt: 10 * given.scale,
    heightPt,
    draw: (topPt) => {
      const y = topPt + heightPt / 2;
      given.type.decorate(() => drawDivider(given.doc, { x, y, widthPt: 250 }));
    },
  };
}

function logoPart(given: {
  doc: Doc;
  type: Typesetter;
  texts: CertificateTexts;
  logo: NonNullable<CertificateTemplate["logo"]>;
}): Part {
  const { widthPt, heightPt } = logoBox;
  const fit: [number, number] = [widthPt, heightPt];
  const bytes = given.logo.bytes.slice().buffer;
  return {
    gapPt: 0,
    heightPt,
    draw: (topPt) => {
      const draw = () => {
        given.doc.image(bytes, x - widthPt / 2, topPt, { fit, align: "center", valign: "center" });
      };
      given.type.picture({ alternative: given.texts.issuer, draw });
    },
  };
}
