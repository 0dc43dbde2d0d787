import { describe, expect, test } from "vitest";
import { currency, minorUnitsOf, money, moneyOf, sameMoney } from "../../src/kernel/money.ts";

const takes = (value: unknown) => money.safeParse(value).success;

test("minor units are those of ISO 4217", () => {
  expect(
    Object.fromEntries(
      ["USD", "EUR", "RUB", "JPY", "KRW", "CLP", "KWD", "BHD", "TND"].map((code) => [
        code,
        minorUnitsOf(code),
      ]),
    ),
  ).toEqual({
    USD: 2,
    EUR: 2,
    RUB: 2,
    JPY: 0,
    KRW: 0,
    CLP: 0,
    KWD: 3,
    BHD: 3,
    TND: 3,
  });
});

describe("an amount", () => {
  test("is a whole number of minor units, in every currency", () => {
    for (const code of ["USD", "JPY", "KWD"]) {
      expect(takes({ amount: 0, currency: code })).toBe(true);
      expect(takes({ amount: 1_999, currency: code })).toBe(true);
      expect(takes({ amount: 19.99, currency: code })).toBe(false);
    }
  });

  test("is refused below zero, past the limit, as text, and where no integer is exact", () => {
    for (const amount of [
      -1,
      -0.01,
      100_000_000_001,
      Number.MAX_SAFE_INTEGER + 1,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      "100",
      null,
      undefined,
    ]) {
      expect(takes({ amount, currency: "USD" }), String(amount)).toBe(false);
    }
  });

  test("has no other fields", () => {
    expect(takes({ amount: 1, currency: "USD", scale: 2 })).toBe(false);
  });
});

test("a currency is a known code in capitals", () => {
  for (const code of ["usd", "US", "USDD", "ZZZ", "", "U$D", "ABC"]) {
    expect(currency.safeParse(code).success, code).toBe(false);
  }
});

test("money is the same with amount and currency alike", () => {
  expect(sameMoney({ amount: 100, currency: "JPY" }, { amount: 100, currency: "JPY" })).toBe(true);
  expect(sameMoney({ amount: 100, currency: "JPY" }, { amount: 100, currency: "USD" })).toBe(false);
  expect(sameMoney({ amount: 100, currency: "JPY" }, { amount: 101, currency: "JPY" })).toBe(false);
});

test("a price of 0 is a price; none is null", () => {
  expect(moneyOf(0, "KWD")).toEqual({ amount: 0, currency: "KWD" });
  expect(moneyOf(null, "KWD")).toBeNull();
  expect(moneyOf(5, null)).toBeNull();
});
