import * as z from "zod";
import { ROLES } from "../kernel/permission.ts";

export const KEY_PREFIX = "lk_";

const metadata = z.object({
  organizationId: z.string(),
  roles: z.array(z.enum(ROLES)),
  scopes: z.array(z.string()).optional(),
});
export type KeyMetadata = z.infer<typeof metadata>;

/** What a key may do, as it was laid down when it was made; one that can't be read may nothing. */
export function keyMetadata(stored: string | null): KeyMetadata {
  try {
    return metadata.parse(JSON.parse(stored ?? "null"));
  } catch {
    return { organizationId: "", roles: [], scopes: [] };
  }
}

/** SHA-256 in unpadded base64url, as the library stores a key. */
export async function keyHash(key: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
  return btoa(String.fromCharCode(...new Uint8Array(digest)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
