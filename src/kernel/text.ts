import * as z from "zod";

/** Control characters, which no name or sentence has; a line may not break either. */
const OUTSIDE_A_LINE = /\p{Cc}/u;
const OUTSIDE_A_TEXT = /[^\P{Cc}\t\r\n]/u;

const wellFormed = (text: string): boolean => text.isWellFormed();

/** A name or title: trimmed, of one line, in well-formed Unicode. */
export const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine(wellFormed, "Not well-formed Unicode")
    .refine((text) => !OUTSIDE_A_LINE.test(text), "Without line breaks and control characters");

/** A sentence or more: trimmed, in well-formed Unicode, with line breaks. */
export const prose = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine(wellFormed, "Not well-formed Unicode")
    .refine((text) => !OUTSIDE_A_TEXT.test(text), "Without control characters");

/** The long-vowel mark is of no one script, and stands in the middle of words. */
const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u30fc]+/gu;
/** Combining marks of Latin, Greek and Cyrillic, and the vowel points of Arabic and Hebrew. */
const DIACRITICS = /[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]+/gu;

/**
 * One folding for text and query: NFKC, lower case, no diacritics, ё as е, and runs of CJK as
 * overlapping pairs (the last character alone as well, so that a prefix of one finds it).
 */
export function fold(text: string): string {
  const plain = text
    .normalize("NFKC")
    .toLowerCase()
    .normalize("NFD")
    .replace(DIACRITICS, "")
    .normalize("NFC");
  return plain.replace(CJK, (run) => {
    const letters = [...run];
    return ` ${letters.map((letter, at) => letter + (letters[at + 1] ?? "")).join(" ")} `;
  });
}
