import { describe, expect, test } from "vitest";
import { refusedTarget } from "../../src/kernel/target.ts";

describe("outside development", () => {
  test.each([
    "http://lms.example.org",
    "https://localhost",
    "https://api.localhost",
    "https://printer.local",
    "https://db.internal",
    "https://intranet",
    "https://127.0.0.1",
    "https://127.1",
    "https://2130706433",
    "https://0x7f.0.0.1",
    "https://10.1.2.3",
    "https://172.16.0.1",
    "https://172.31.255.255",
    "https://192.168.1.1",
    "https://169.254.169.254",
    "https://100.64.0.1",
    "https://0.0.0.0",
    "https://224.0.0.1",
    "https://[::1]",
    "https://[fe80::1]",
    "https://[::ffff:10.0.0.1]",
    "https://lms.example.org:8443",
    "https://user:pass@lms.example.org",
    "https://lms.example.org/?to=x",
    "https://localhost./",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "nothing",
  ])("%s is refused", (address) => {
    expect(refusedTarget(address, "production")).toEqual(expect.any(String));
  });

  test.each(["https://lms.example.org", "https://8.8.8.8", "https://172.32.0.1/base"])(
    "%s is let through",
    (address) => expect(refusedTarget(address, "production")).toBeUndefined(),
  );
});

test("in development the machine itself may be called", () => {
  expect(refusedTarget("http://127.0.0.1:9", "development")).toBeUndefined();
  expect(refusedTarget("http://user@127.0.0.1", "development")).toEqual(expect.any(String));
});
