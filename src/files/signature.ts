import { constantTimeEqual } from "../kernel/constant-time.ts";
import type { FileAddresses, Upload } from "../kernel/ports.ts";
import { SECOND } from "../kernel/time.ts";

type Signer = { secret: string; origin: string; now: () => number };

/** What a read address says: until when, and what a saved copy is called. */
export type SignedRead = { key: string; name: string; expiresAt: number };
export type SignedUpload = Upload & { expiresAt: number };

/** Addresses under `/files/`, each signed with HMAC-SHA256 over all that it allows. */
export function addressesOf({ secret, origin, now }: Signer): FileAddresses {
  const signed = async (key: string, params: Record<string, string>, message: string) => {
    const query = new URLSearchParams({ ...params, signature: await signatureOf(secret, message) });
    return `${origin}/files/${pathOf(key)}?${query}`;
  };
  return {
    signedUrl: (key, { seconds, name }) => {
      const expiresAt = now() + seconds * SECOND;
      const params = { name, expires: String(expiresAt) };
      return signed(key, params, readMessage({ key, name, expiresAt }));
    },
    uploadUrl: async ({ seconds, ...upload }) => {
      const expiresAt = now() + seconds * SECOND;
      const params = {
        size: String(upload.size),
        type: upload.contentType,
        sha256: upload.sha256,
        expires: String(expiresAt),
      };
      const url = await signed(upload.key, params, uploadMessage({ ...upload, expiresAt }));
      return { url, expiresAt };
    },
  };
}

/** `sign` is the deployment's, `signature` what an address bears. */
type Check = { sign(message: string): Promise<string>; now: number; signature: string };

export const mayRead = (asked: SignedRead, check: Check): Promise<boolean> =>
  holds(asked.expiresAt, readMessage(asked), check);

export const mayUpload = (asked: SignedUpload, check: Check): Promise<boolean> =>
  holds(asked.expiresAt, uploadMessage(asked), check);

/** The verb stands first, so that no read address opens an upload. */
const readMessage = ({ key, name, expiresAt }: SignedRead): string =>
  JSON.stringify(["get", key, name, expiresAt]);

const uploadMessage = ({ key, size, contentType, sha256, expiresAt }: SignedUpload): string =>
  JSON.stringify(["put", key, size, contentType, sha256, expiresAt]);

async function holds(
  expiresAt: number,
  message: string,
  { sign, now, signature }: Check,
): Promise<boolean> {
  return now <= expiresAt && constantTimeEqual(await sign(message), signature);
}

/** HMAC-SHA256 in hex. */
export async function signatureOf(secret: string, message: string): Promise<string> {
  const bytes = await crypto.subtle.sign("HMAC", await keyOf(secret), encoded(message));
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const keyOf = (secret: string) =>
  crypto.subtle.importKey("raw", encoded(secret), { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ]);

const encoded = (text: string) => new TextEncoder().encode(text);

const pathOf = (key: string): string => key.split("/").map(encodeURIComponent).join("/");
