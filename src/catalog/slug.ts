import * as z from "zod";
import { hasIdForm } from "../kernel/id.ts";
import { later } from "../kernel/later.ts";

export const SLUG_LENGTH_MAX = 100;

/** Never of an id's form: a path takes either. */
export const slug = z
  .string()
  .max(SLUG_LENGTH_MAX)
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, "Lower-case letters and digits, with single hyphens between")
  .refine((text) => !hasIdForm(text), "A slug must not look like an id");

/** The letters of every script: a command that makes slugs names it in `loads`. */
export const scripts = later("The letters of every script", () => import("transliteration"));

/** A title of any script in ASCII words; `nothing` where it holds no letter or digit at all. */
export function slugOf(title: string, nothing: string): string {
  const words = scripts.loaded
    .transliterate(title.normalize("NFKC"))
    .toLowerCase()
    .replace(/['’`]/g, "")
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, SLUG_LENGTH_MAX - 10)
    .replace(/^-+|-+$/g, "");
  return words === "" || hasIdForm(words) ? nothing : words;
}

/** What a slug made from a title becomes when another row has it: six characters of the row's own id. */
export const slugBeside = (taken: string, id: string): string =>
  `${taken}-${id.replaceAll("-", "").slice(-6)}`;
