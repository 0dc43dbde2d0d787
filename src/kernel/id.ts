import { v7 } from "uuid";
import * as z from "zod";

/** UUID v7: ids made later sort later. */
export const newId = (): string => v7();

const FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export const hasIdForm = (text: string): boolean => FORM.test(text);

/** An id of ours, or of an embedding host: opaque, at most 100 characters. */
export const id = z.string().min(1).max(100).describe("Id (UUID v7)");
