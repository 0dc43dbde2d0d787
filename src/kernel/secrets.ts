import * as z from "zod";

const KEY_BYTES = 32;
const IV_BYTES = 12;

/** What seals an organization's secrets at rest. `purpose` is bound in: a text opens for nothing else. */
export type Secrets = {
  seal(text: string, purpose: string): Promise<string>;
  /** Throws where the key is gone, or the text is not what was sealed for this purpose. */
  open(sealed: string, purpose: string): Promise<string>;
  /** Whether it was sealed with the key that seals today. */
  isCurrent(sealed: string): boolean;
};

/** The first key seals, each opens what it has sealed: to rotate, put a new one in front. */
export const secretsKeys = z
  .array(
    z.strictObject({
      id: z.string().regex(/^[A-Za-z0-9_-]{1,32}$/, "1 to 32 of A–Z a–z 0–9 _ -"),
      key: z
        .string()
        .refine((text) => bytesOf(text)?.byteLength === KEY_BYTES, "32 bytes in base64"),
    }),
  )
  .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, "Each id once");
export type SecretsKeys = z.infer<typeof secretsKeys>;

/** By its maker: the type has no name that both the Workers runtime and Node know. */
type SealingKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

/** AES-256-GCM; the sealed text is `v1.<key id>.<iv>.<ciphertext>`. Nothing where there is no key. */
export function secretsOf(keys: SecretsKeys): Secrets | undefined {
  const [current] = keys;
  if (!current) return undefined;
  const imported = new Map<string, Promise<SealingKey>>();
  const keyOf = (id: string): Promise<SealingKey> => {
    const known = imported.get(id);
    if (known) return known;
    const bytes = bytesOf(keys.find((one) => one.id === id)?.key ?? "");
    if (bytes === undefined || bytes.byteLength === 0)
      throw new Error(`Secrets key ${id} is not configured`);
    const made = crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
    imported.set(id, made);
    return made;
  };
  return {
    async seal(text, purpose) {
      const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
      const how = { name: "AES-GCM", iv, additionalData: utf8(purpose) };
      const sealed = await crypto.subtle.encrypt(how, await keyOf(current.id), utf8(text));
      return ["v1", current.id, textOf(iv), textOf(new Uint8Array(sealed))].join(".");
    },
    async open(sealed, purpose) {
      const [version, id = "", iv = "", body = ""] = sealed.split(".");
      const bytes = { iv: bytesOf(iv), body: bytesOf(body) };
      if (version !== "v1" || !bytes.iv || !bytes.body) throw new Error("Not a sealed secret");
      const how = { name: "AES-GCM", iv: bytes.iv, additionalData: utf8(purpose) };
      return new TextDecoder().decode(
        await crypto.subtle.decrypt(how, await keyOf(id), bytes.body),
      );
    },
    isCurrent: (sealed) => sealed.startsWith(`v1.${current.id}.`),
  };
}

const utf8 = (text: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(new TextEncoder().encode(text));

const textOf = (bytes: Uint8Array<ArrayBuffer>): string => btoa(String.fromCharCode(...bytes));

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}
