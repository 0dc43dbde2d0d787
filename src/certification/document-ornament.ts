import { encode } from "uqr";

/** A4 landscape, in points. */
export const page = { widthPt: 841.89, heightPt: 595.28 };

export const colours = {
  ink: "#1c2a44",
  quiet: "#5c6273",
  gold: "#a47a35",
  paper: "#fffdf7",
  white: "#ffffff",
};

type Doc = PDFKit.PDFDocument;
type Point = { x: number; y: number };

const bandInsetPt = 31;
const cornerPt = 13;

/** The paper, the frame of interlaced waves, and a pale rosette behind the text. */
export function drawGround(doc: Doc): void {
  doc.rect(0, 0, page.widthPt, page.heightPt).fill(colours.paper);
  drawRosette(doc);
  doc.lineWidth(1.4).strokeColor(colours.gold);
  frame(doc, 20).stroke();
  doc.lineWidth(0.5);
  frame(doc, 23.5).stroke();
  frame(doc, 38.5).stroke();
  doc.lineWidth(0.9).strokeColor(colours.ink);
  frame(doc, 42).stroke();
  drawBand(doc);
}

/** A thin rule that fades into a lozenge. */
export function drawDivider(doc: Doc, { x, y, widthPt }: Point & { widthPt: number }): void {
  const half = widthPt / 2;
  doc.lineWidth(0.7).strokeColor(colours.gold);
  doc
    .moveTo(x - half, y)
    .lineTo(x - 11, y)
    .moveTo(x + 11, y)
    .lineTo(x + half, y)
    .stroke();
  for (const [offset, size] of [
    [0, 4.2],
    [-10.5, 1.8],
    [10.5, 1.8],
  ] as const) {
    doc
      .polygon(
        [x + offset - size, y],
        [x + offset, y - size],
        [x + offset + size, y],
        [x + offset, y + size],
      )
      .fill(colours.gold);
  }
}

/** A scalloped seal with a star, for a certificate that nobody signs by name. */
export function drawSeal(doc: Doc, { x, y, radiusPt }: Point & { radiusPt: number }): void {
  const scallops = curve(289, (turn) => {
    const radius = radiusPt * (1 + 0.05 * Math.cos(24 * turn));
    return { x: x + radius * Math.cos(turn), y: y + radius * Math.sin(turn) };
  });
  doc.polygon(...scallops).fill(colours.gold);
  doc.lineWidth(0.8).strokeColor(colours.paper);
  doc.circle(x, y, radiusPt * 0.84).stroke();
  doc
    .lineWidth(0.4)
    .circle(x, y, radiusPt * 0.78)
    .stroke();
  doc.lineWidth(0.35);
  for (const phase of [0, Math.PI]) {
    const ring = curve(361, (turn) => {
      const radius = radiusPt * (0.66 + 0.09 * Math.sin(18 * turn + phase));
      return { x: x + radius * Math.cos(turn), y: y + radius * Math.sin(turn) };
    });
    doc.polygon(...ring).stroke();
  }
  const star = curve(11, (turn, index) => {
    const radius = radiusPt * (index % 2 === 0 ? 0.44 : 0.18);
    return { x: x + radius * Math.sin(turn), y: y - radius * Math.cos(turn) };
  });
  doc.polygon(...star).fill(colours.paper);
}

/** A QR code as rectangles, one for each run of dark modules, on a white ground with its quiet zone. */
export function drawQrCode(
  doc: Doc,
  { x, y, sidePt, text }: Point & { sidePt: number; text: string },
) {
  const { data, size } = encode(text, { ecc: "M", border: 4 });
  const module = sidePt / size;
  doc.rect(x, y, sidePt, sidePt).fill(colours.white);
  for (const [row, modules] of data.entries()) {
    for (let start = 0; start < size; start++) {
      if (!modules[start]) continue;
      let end = start;
      while (modules[end]) end++;
      doc.rect(x + start * module, y + row * module, (end - start) * module, module);
      start = end;
    }
  }
  doc.fill(colours.ink);
}

function frame(doc: Doc, insetPt: number): Doc {
  return doc.rect(insetPt, insetPt, page.widthPt - 2 * insetPt, page.heightPt - 2 * insetPt);
}

function drawBand(doc: Doc): void {
  const near = bandInsetPt;
  const right = page.widthPt - near;
  const bottom = page.heightPt - near;
  const corners = [
    { x: near, y: near },
    { x: right, y: near },
    { x: right, y: bottom },
    { x: near, y: bottom },
  ];
  doc.lineWidth(0.45).strokeColor(colours.gold);
  for (const [index, corner] of corners.entries()) {
    const next = corners[(index + 1) % corners.length];
    if (next) for (const wave of [0, 1, 2]) drawWave(doc, { from: corner, to: next, wave });
  }
  for (const corner of corners) drawCorner(doc, corner);
}

function drawWave(doc: Doc, { from, to, wave }: { from: Point; to: Point; wave: number }): void {
  const length = Math.hypot(to.x - from.x, to.y - from.y) - 2 * cornerPt;
  const [alongX, alongY] = [Math.sign(to.x - from.x), Math.sign(to.y - from.y)];
  const waves = Math.round(length / 26);
  const steps = waves * 16;
  for (let step = 0; step <= steps; step++) {
    const along = cornerPt + (length * step) / steps;
    const across = 5.4 * Math.sin((2 * Math.PI * waves * step) / steps + (wave * 2 * Math.PI) / 3);
    const x = rounded(from.x + alongX * along - alongY * across);
    const y = rounded(from.y + alongY * along + alongX * across);
    if (step === 0) doc.moveTo(x, y);
    else doc.lineTo(x, y);
  }
  doc.stroke();
}

function drawCorner(doc: Doc, { x, y }: Point): void {
  const half = cornerPt - 1;
  doc.lineWidth(0.9).strokeColor(colours.ink);
  doc.rect(x - half, y - half, 2 * half, 2 * half).fillAndStroke(colours.paper, colours.ink);
  doc.lineWidth(0.5).strokeColor(colours.gold);
  for (const lobes of [0, 1]) {
    const petals = curve(161, (turn) => {
      const radius = (half - 2) * Math.abs(Math.cos(4 * turn + (lobes * Math.PI) / 2));
      return { x: x + radius * Math.cos(turn), y: y + radius * Math.sin(turn) };
    });
    doc.polygon(...petals).stroke();
  }
  doc.circle(x, y, 1.6).fill(colours.gold);
}

function drawRosette(doc: Doc): void {
  const centre = { x: page.widthPt / 2, y: page.heightPt / 2 - 34 };
  doc.save().lineWidth(0.5).strokeColor(colours.gold).strokeOpacity(0.1);
  for (const [radius, depth, lobes] of [
    [150, 0.2, 12],
    [104, 0.28, 12],
  ] as const) {
    for (const shift of [0, 0.5, 1, 1.5]) {
      const line = curve(361, (turn) => {
        const size = radius * (1 + depth * Math.sin(lobes * turn + shift * Math.PI));
        return { x: centre.x + size * Math.cos(turn), y: centre.y + size * Math.sin(turn) };
      });
      doc.polygon(...line).stroke();
    }
  }
  doc.restore();
}

/** Points of a full turn, the last upon the first. */
function curve(count: number, at: (turn: number, index: number) => Point): [number, number][] {
  return Array.from({ length: count }, (_, index) => {
    const { x, y } = at((2 * Math.PI * index) / (count - 1), index);
    return [rounded(x), rounded(y)];
  });
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
