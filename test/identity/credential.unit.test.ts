import { describe, expect, it } from "vitest";
import { shortMemory } from "../../src/http/short-memory.ts";
import {
  refuseForeignOrigin,
  sessionCookie,
  shownBy,
  signedToken,
} from "../../src/identity/credential.ts";

const secret = "a secret of tests, long enough to sign with";
const origin = "https://lyceum.test";
const shown = (headers: Record<string, string>) =>
  shownBy(new Headers(headers), { secret, origin });

describe("what a request shows", () => {
  it("is told by its form, Authorization before a cookie", async () => {
    const cookie = `a=b; ${sessionCookie(origin)}=${await signedToken("abc", secret)}; c=d`;
    expect(await shown({})).toEqual({ kind: "none" });
    expect(await shown({ cookie: "a=b" })).toEqual({ kind: "none" });
    expect(await shown({ cookie })).toEqual({ kind: "session", token: "abc", byCookie: true });
    expect(await shown({ cookie, authorization: "bearer lk_x" })).toEqual({
      kind: "key",
      key: "lk_x",
    });
    expect(await shown({ authorization: "Bearer a.b.c" })).toEqual({ kind: "token", jwt: "a.b.c" });
    expect(await shown({ authorization: `Bearer ${await signedToken("abc", secret)}` })).toEqual({
      kind: "session",
      token: "abc",
      byCookie: false,
    });
  });

  it("by cookie counts only with a signature of ours over that very token", async () => {
    const signed = decodeURIComponent(await signedToken("abc", secret));
    const other = decodeURIComponent(await signedToken("abc", `${secret}.`));
    for (const value of ["abc", `abd${signed.slice(3)}`, other, `${signed}x`, ".", "%"]) {
      const cookie = `${sessionCookie(origin)}=${encodeURIComponent(value)}`;
      expect(await shown({ cookie })).toMatchObject({ refused: "UNAUTHENTICATED" });
    }
  });

  it("by cookie has another name where there is no https, so that none is mixed up", () => {
    expect(sessionCookie("http://localhost:8787")).toBe("lyceum.session_token");
    expect(sessionCookie(origin)).toBe("__Secure-lyceum.session_token");
  });
});

describe("a write by cookie", () => {
  const refusal = (method: string, headers: Record<string, string>) =>
    refuseForeignOrigin({ method, url: `${origin}/lms/me`, headers: new Headers(headers) }, [
      "https://front.test",
    ]);

  it("needs an origin of ours, and so does a WebSocket; a read needs none", () => {
    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
      expect(refusal(method, { origin })).toBeUndefined();
      expect(refusal(method, { origin: "https://front.test" })).toBeUndefined();
      expect(refusal(method, { origin: "https://lyceum.test.evil" })?.refused).toBe(
        "PERMISSION_DENIED",
      );
      expect(refusal(method, {})?.refused).toBe("PERMISSION_DENIED");
    }
    expect(refusal("GET", { origin: "https://evil.test" })).toBeUndefined();
    const socket = { upgrade: "WebSocket", origin: "https://evil.test" };
    expect(refusal("GET", socket)?.refused).toBe("PERMISSION_DENIED");
    expect(refusal("GET", { ...socket, origin })).toBeUndefined();
  });
});

describe("the isolate's memory", () => {
  it("ends when it was said to, never grows past its bound, and survives no clock set back", () => {
    const memory = shortMemory<number>({ keptMs: 30, max: 3 });
    for (let key = 0; key < 10; key++) memory.put(String(key), key, 130);
    const kept = [...Array(10).keys()].filter((key) => memory.get(String(key), 100) !== undefined);
    expect(kept).toEqual([7, 8, 9]);
    expect(memory.get("9", 129)).toBe(9);
    expect(memory.get("9", 130)).toBeUndefined();
    expect(memory.get("9", 50)).toBeUndefined();
  });
});
