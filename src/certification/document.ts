import type PDFDocument from "pdfkit";
import { drawBottom } from "./document-bottom.ts";
import { drawMiddle } from "./document-middle.ts";
import { drawGround, page } from "./document-ornament.ts";
import { typesetter } from "./document-type.ts";
import type { CertificateTexts } from "./document-words.ts";
import { certificateTexts, dateInWords } from "./document-words.ts";
import type { FontSource } from "./font-coverage.ts";
import { isCovered, loadFonts } from "./font-coverage.ts";
import type { CertificateTemplate } from "./template.ts";
import type { FontName, FontStyle } from "./text-runs.ts";

type Doc = typeof PDFDocument;

export type CertificateContent = {
  template: CertificateTemplate;
  learnerName: string;
  courseTitle: string;
  /** Epoch milliseconds. */
  issuedAt: number;
  /** Epoch milliseconds. */
  expiresAt?: number;
  /** An IANA time zone, in which the dates are told. */
  timeZone: string;
  /** The BCP 47 tag of the course; wording exists in English and Russian, and English stands in. */
  language: string;
  verificationCode: string;
  verifyUrl: string;
  issuerName: string;
  fonts: FontSource;
};

/**
 * A certificate as PDF: A4 landscape, one page, tagged, fonts embedded; the same input gives the same
 * bytes. Throws a RangeError for an unknown time zone or a malformed language, what `fonts` throws, and
 * an Error for a logo that cannot be decoded.
 */
export async function certificateDocument(content: CertificateContent): Promise<Uint8Array> {
  const day = (at: number, isDrawn: (text: string) => boolean) =>
    dateInWords({ at, timeZone: content.timeZone, language: content.language, isDrawn });
  const instants = [
    content.issuedAt,
    ...(content.expiresAt === undefined ? [] : [content.expiresAt]),
  ];
  const draft = certificateTexts({ ...content, date: day(content.issuedAt, () => true) });
  const dateTexts = instants.flatMap((at) => [day(at, () => true), day(at, () => false)]);
  const { bytesOf, covers } = await loadFonts({
    texts: [...textsOf(draft, content), ...dateTexts.map(inEachStyle)].flat(),
    fonts: content.fonts,
  });
  const isDrawn = (text: string) =>
    [...text].every((letter) =>
      [...bytesOf.keys()].some((font) => isCovered({ text: letter, font, covers })),
    );
  const [issued = "", expires] = instants.map((at) => day(at, isDrawn));
  const texts = certificateTexts({ ...content, date: issued });

  const doc = await emptyDocument({ content, texts, bytesOf });
  const bytes = collected(doc);
  const type = typesetter({ doc, covers });
  type.decorate(() => drawGround(doc));
  drawMiddle({ doc, type, texts, logo: content.template.logo });
  drawBottom({
    doc,
    type,
    dates: [
      { value: issued, label: texts.labels.issued },
      ...(expires === undefined ? [] : [{ value: expires, label: texts.labels.expires }]),
    ],
    signatories: texts.signatories,
    code: { value: content.verificationCode, label: texts.labels.code },
    verifyUrl: content.verifyUrl,
  });
  type.end();
  doc.end();
  return await bytes;
}

function inEachStyle(text: string): { text: string; style: FontStyle }[] {
  return (["regular", "italic", "semibold"] as const).map((style) => ({ text, style }));
}

function textsOf(texts: CertificateTexts, content: CertificateContent) {
  const { labels, signatories } = texts;
  return [
    ...[texts.title, texts.issuer, texts.learner, texts.before, texts.after, texts.course],
    ...[labels.issued, labels.expires, labels.code],
    ...signatories.flatMap(({ name, role }) => [name, role]),
    ...[content.verificationCode, content.verifyUrl],
  ].flatMap((text) => (text === undefined ? [] : inEachStyle(text)));
}

async function emptyDocument(given: {
  content: CertificateContent;
  texts: CertificateTexts;
  bytesOf: Map<FontName, Uint8Array>;
}): Promise<Doc> {
  const { content, texts } = given;
  const { default: Document } = await import("pdfkit");
  const issued = new Date(content.issuedAt);
  const doc = new Document({
    size: [page.widthPt, page.heightPt],
    margin: 0,
    pdfVersion: "1.7",
    tagged: true,
    lang: texts.language,
    displayTitle: true,
    // No name of a font keeps the library from looking for its own on a file system.
    font: "",
    info: {
      Title: `${texts.title} · ${texts.learner}`,
      Author: texts.issuer,
      Subject: content.verificationCode,
      Creator: "Lyceum",
      CreationDate: issued,
      ModDate: issued,
    },
  });
  for (const [name, bytes] of given.bytesOf) doc.registerFont(name, bytes);
  return doc;
}

function collected(doc: Doc): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    doc.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    doc.on("end", () => {
      const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
      let at = 0;
      for (const chunk of chunks) {
        bytes.set(chunk, at);
        at += chunk.length;
      }
      resolve(bytes);
    });
    doc.on("error", reject);
  });
}
