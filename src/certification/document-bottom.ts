import type PDFDocument from "pdfkit";
import { colours, drawQrCode, drawSeal, page } from "./document-ornament.ts";
import type { Typesetter } from "./document-type.ts";

type Doc = typeof PDFDocument;

type Field = { value: string; label: string };

const marginPt = 66;
const sidePt = 148;
const qrPt = 82;
const rowPt = 504;
const centre = { x: page.widthPt / 2, widthPt: 368 };
const addressPt = 530;

/** The row at the foot: dates at the left, signatories or a seal in the middle, QR code at the right. */
export function drawBottom(given: {
  doc: Doc;
  type: Typesetter;
  dates: Field[];
  signatories: { name: string; role: string }[];
  code: Field;
  verifyUrl: string;
}): void {
  const { doc, type } = given;
  const dateX = marginPt + sidePt / 2;
  for (const [index, date] of given.dates.entries()) {
    const ruleY = given.dates.length > 1 ? rowPt - 42 + index * 45 : rowPt;
    drawField({ doc, type, field: date, x: dateX, ruleY, widthPt: sidePt, italic: false });
  }
  const gapPt = 16;
  const count = given.signatories.length;
  const widthPt = Math.min(170, (centre.widthPt - gapPt * (count - 1)) / Math.max(1, count));
  for (const [index, { name, role }] of given.signatories.entries()) {
    const x = centre.x + (index - (count - 1) / 2) * (widthPt + gapPt);
    const field = { value: name, label: role };
    drawField({ doc, type, field, x, ruleY: rowPt, widthPt, italic: true });
  }
  if (count === 0) {
    type.decorate(() => drawSeal(doc, { x: centre.x, y: rowPt - 25, radiusPt: 38 }));
  }
  drawVerification(given);
}

function drawField(given: {
  doc: Doc;
  type: Typesetter;
  field: Field;
  x: number;
  ruleY: number;
  widthPt: number;
  italic: boolean;
}): void {
  const { doc, type, field, x, ruleY, widthPt } = given;
  const value = type.set({
    text: field.value,
    style: given.italic ? "italic" : "regular",
    colour: colours.ink,
    widthPt,
    tag: "P",
    stages: [
      { maxLines: 1, fromPt: given.italic ? 15 : 13.5, leastPt: 11 },
      { maxLines: 2, fromPt: 11, leastPt: 6.5 },
    ],
  });
  const label = type.set({
    text: field.label,
    style: given.italic ? "regular" : "italic",
    colour: colours.quiet,
    widthPt,
    tag: "P",
    stages: [
      { maxLines: 1, fromPt: 10, leastPt: 8.5 },
      { maxLines: 2, fromPt: 8.5, leastPt: 6.5 },
    ],
  });
  value.draw({ x, topPt: ruleY - 5 - value.lastBaselinePt });
  type.decorate(() => {
    doc.lineWidth(0.6).strokeColor(colours.gold);
    doc
      .moveTo(x - widthPt / 2, ruleY)
      .lineTo(x + widthPt / 2, ruleY)
      .stroke();
  });
  label.draw({ x, topPt: ruleY + 3.5 });
}

function drawVerification(given: {
  doc: Doc;
  type: Typesetter;
  code: Field;
  verifyUrl: string;
}): void {
  const { doc, type, verifyUrl } = given;
  const x = page.widthPt - marginPt - sidePt / 2;
  const top = rowPt - 72;
  type.picture({
    alternative: verifyUrl,
    draw: () => {
      drawQrCode(doc, { x: x - qrPt / 2, y: top, sidePt: qrPt, text: verifyUrl });
    },
  });
  doc.link(x - qrPt / 2, top, qrPt, qrPt, verifyUrl);
  const text = { colour: colours.quiet, widthPt: sidePt, tag: "P" } as const;
  type
    .set({
      ...text,
      text: given.code.label,
      style: "italic",
      stages: [{ maxLines: 1, fromPt: 10, leastPt: 8 }],
    })
    .draw({ x, topPt: top + qrPt + 3 });
  type
    .set({
      ...text,
      text: given.code.value,
      style: "semibold",
      colour: colours.ink,
      trackingEm: 0.03,
      stages: [{ maxLines: 1, fromPt: 11.5, leastPt: 7 }],
    })
    .draw({ x, topPt: top + qrPt + 15 });
  const address = type.set({
    ...text,
    text: verifyUrl,
    style: "regular",
    widthPt: centre.widthPt,
    stages: [{ maxLines: 1, fromPt: 8.5, leastPt: 5 }],
  });
  address.draw({ x: centre.x, topPt: addressPt + 8 - address.heightPt });
}
