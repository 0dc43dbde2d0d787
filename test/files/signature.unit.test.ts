import { expect, it } from "vitest";
import { addressesOf, mayRead, mayUpload, signatureOf } from "../../src/files/signature.ts";

const secret = "a secret that is long enough to sign with";
const sign = (message: string) => signatureOf(secret, message);
const now = 1_800_000_000_000;
const addresses = addressesOf({ secret, origin: "https://lms.example", now: () => now });
const key = "org/course/1/abc";

async function read() {
  const url = new URL(await addresses.signedUrl(key, { seconds: 300, name: "Ёлка & co.pdf" }));
  const { name, expires, signature } = Object.fromEntries(url.searchParams);
  return {
    url,
    asked: { key, name: name ?? "", expiresAt: Number(expires) },
    signature: signature ?? "",
  };
}

it("opens its key under its name until it expires", async () => {
  const { url, asked, signature } = await read();
  expect(url.pathname).toBe(`/files/${key}`);
  expect(asked).toEqual({ key, name: "Ёлка & co.pdf", expiresAt: now + 300_000 });
  expect(await mayRead(asked, { sign, now: now + 300_000, signature })).toBe(true);
  expect(await mayRead(asked, { sign, now: now + 300_001, signature })).toBe(false);
});

it.each([
  ["another key", { key: "org/course/2/abc" }],
  ["another name", { name: "x.html" }],
  ["a later end", { expiresAt: now + 900_000 }],
  ["no end", { expiresAt: Number.NaN }],
])("opens nothing for %s", async (_, changed) => {
  const { asked, signature } = await read();
  expect(await mayRead({ ...asked, ...changed }, { sign, now, signature })).toBe(false);
});

it("opens nothing under another secret or a signature that is none", async () => {
  const { asked, signature } = await read();
  expect(
    await mayRead(asked, {
      sign: (message) => signatureOf("another secret", message),
      now,
      signature,
    }),
  ).toBe(false);
  for (const wrong of ["", "00", signature.slice(2), `${signature}00`, "zz".repeat(32)]) {
    expect(await mayRead(asked, { sign, now, signature: wrong })).toBe(false);
  }
});

it("takes exactly the upload announced, and no read address takes one", async () => {
  const upload = { key, size: 5, contentType: "text/plain", sha256: "ab".repeat(32) };
  const { url, expiresAt } = await addresses.uploadUrl({ ...upload, seconds: 900 });
  const signature = new URL(url).searchParams.get("signature") ?? "";
  const signed = { ...upload, expiresAt };
  expect(await mayUpload(signed, { sign, now, signature })).toBe(true);
  for (const changed of [{ size: 6 }, { contentType: "text/html" }, { sha256: "cd".repeat(32) }]) {
    expect(await mayUpload({ ...signed, ...changed }, { sign, now, signature })).toBe(false);
  }
  const reading = await read();
  const asUpload = { ...upload, expiresAt: reading.asked.expiresAt };
  expect(await mayUpload(asUpload, { sign, now, signature: reading.signature })).toBe(false);
});
