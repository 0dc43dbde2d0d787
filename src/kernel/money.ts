import * as z from "zod";

/** Minor units of a currency by ISO 4217, as the runtime's Intl knows them: JPY 0, USD 2, KWD 3. */
export function minorUnitsOf(currency: string): number {
  const format = new Intl.NumberFormat("en", { style: "currency", currency });
  return format.resolvedOptions().maximumFractionDigits ?? 2;
}

const KNOWN = new Set(Intl.supportedValuesOf("currency"));

export const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, "An ISO 4217 code in capitals, as USD")
  .refine((code) => KNOWN.has(code), "Not a known ISO 4217 currency")
  .describe("ISO 4217 code");

export const money = z.strictObject({
  amount: z
    .int("A whole number of the currency's minor unit")
    .min(0)
    .max(100_000_000_000)
    .describe("In the currency's minor unit"),
  currency,
});

export type Money = z.infer<typeof money>;

export const sameMoney = (a: Money, b: Money): boolean =>
  a.amount === b.amount && a.currency === b.currency;

/** A stored pair of columns as the JSON form; null while no price is set. */
export const moneyOf = (amount: number | null, code: string | null): Money | null =>
  amount === null || code === null ? null : { amount, currency: code };
