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
