/** No I, L, O or U: nothing that is misread from paper, and no words by accident. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const FORM = /^CERT-[0-9A-HJKMNP-TV-Z]{14}$/;

const letters = (value: bigint, length: number): string =>
  Array.from({ length }, (_, at) => ALPHABET[Number((value >> BigInt(at * 5)) & 31n)]).join("");

/** Four characters of an organization's id, by FNV-1a: the same in each of its codes. */
export function organizationTag(orgId: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(orgId)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return letters(BigInt(hash), 4);
}

/** `CERT-`, the organization's tag and ten characters: 50 of the 62 random bits of a fresh UUID v7. */
export const verificationCode = (orgId: string, freshId: string): string =>
  `CERT-${organizationTag(orgId)}${letters(BigInt(`0x${freshId.replaceAll("-", "").slice(-13)}`), 10)}`;

/** As typed from paper: small letters, spaces, and I, L or O for the digits they look like. */
export function normalizedCode(text: string): string | undefined {
  const [head, tail] = [text.trim().slice(0, 5).toUpperCase(), text.trim().slice(5)];
  const code = `${head}${tail.toUpperCase().replace(/[\s-]/g, "").replace(/[IL]/g, "1").replaceAll("O", "0")}`;
  return FORM.test(code) ? code : undefined;
}
