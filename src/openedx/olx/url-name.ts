import { transliterate } from "transliteration";

/** Element types among which a name stands once. */
export type OlxElementType = "chapter" | "sequential" | "vertical" | "html" | "problem" | "video";

const BASE_LENGTH_MAX = 40;
export const URL_NAME_LENGTH_MAX = 100;
export const URL_NAME = /^[A-Za-z0-9_-]+$/;

/** Any script in `[a-z0-9_-]`; empty where it holds no letter or digit at all. */
export const asciiOf = (text: string): string =>
  transliterate(text.normalize("NFKC"))
    .toLowerCase()
    .replace(/['’`]/g, "")
    .replace(/[^a-z0-9_-]+/g, "_")
    .replace(/_{2,}/g, "_")
    .slice(0, BASE_LENGTH_MAX)
    .replace(/^[_-]+|[_-]+$/g, "");

const hex = (id: string): string => id.replace(/[^a-zA-Z0-9]/g, "").toLowerCase();

/**
 * The names of one course. Those that rows keep are taken first; a new one is the title's ASCII and six
 * characters of the row's id, or more of them where another row of its type has the same.
 */
export class UrlNames {
  private readonly taken = new Map<OlxElementType, Set<string>>();

  /** False where the name is taken within its type. */
  keep(type: OlxElementType, name: string): boolean {
    const names = this.taken.get(type) ?? new Set();
    this.taken.set(type, names);
    if (names.has(name)) return false;
    names.add(name);
    return true;
  }

  make(type: OlxElementType, title: string, id: string): string {
    const base = asciiOf(title) || type;
    const own = hex(id);
    for (const length of [6, 12, own.length]) {
      const name = `${base}_${own.slice(-length)}`.slice(0, URL_NAME_LENGTH_MAX);
      if (this.keep(type, name)) return name;
    }
    throw new Error(`Two rows of type ${type} have the id ${id}`);
  }
}
