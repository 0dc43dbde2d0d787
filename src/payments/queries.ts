import { and, asc, desc, eq, gte, sql } from "drizzle-orm";
import * as z from "zod";
import { query } from "../kernel/query.ts";
import { iso } from "../kernel/time.ts";
import { ACCOUNTS } from "./ledger.ts";
import { figuresOf } from "./revenue.ts";
import { lmsLedgerBalances } from "./schema.ts";

const amount = z.int().describe("In the currency's minor unit");
const month = z
  .string()
  .regex(/^\d{4}-\d{2}$/)
  .describe("A month of UTC, YYYY-MM");

const answer = z.object({
  currencies: z.array(
    z.object({
      currency: z.string(),
      received: amount,
      recognized: amount.describe("Revenue less what of it went back"),
      deferred: amount,
      refunded: amount,
      trialBalance: z.array(z.object({ account: z.enum(ACCOUNTS), debit: amount, credit: amount })),
      months: z.array(
        z.object({
          month,
          received: amount,
          recognized: amount,
          refunded: amount,
        }),
      ),
    }),
  ),
});

export const adminRevenue = query({
  type: "lms.admin.revenue",
  summary: "The ledger's trial balance by currency, and the revenue of the last months",
  input: z.strictObject({
    months: z.coerce.number().int().min(1).max(60).default(12).describe("This one and before it"),
  }),
  output: answer,
  permission: { action: "analytics:revenue", any: ["lms-admin"] },
  read: ({ db, input, actor, now }) => {
    const { organizationId, currency, account, debit, credit } = lmsLedgerBalances;
    const mine = eq(organizationId, actor.orgId);
    return {
      totals: db
        .select({
          currency,
          account,
          debit: sql<number>`sum(${debit})`.as("debited"),
          credit: sql<number>`sum(${credit})`.as("credited"),
        })
        .from(lmsLedgerBalances)
        .where(mine)
        .groupBy(currency, account)
        .orderBy(asc(currency), asc(account)),
      months: db
        .select()
        .from(lmsLedgerBalances)
        .where(and(mine, gte(lmsLedgerBalances.month, monthBefore(now, input.months - 1))))
        .orderBy(asc(currency), desc(lmsLedgerBalances.month)),
    };
  },
  answer: ({ totals, months }) => ({
    currencies: [...Map.groupBy(totals, (one) => one.currency)].map(([currency, accounts]) => ({
      currency,
      ...figuresOf(accounts),
      trialBalance: accounts.map(({ account, debit, credit }) => ({ account, debit, credit })),
      months: [
        ...Map.groupBy(
          months.filter((one) => one.currency === currency),
          (one) => one.month,
        ),
      ].map(([of, balances]) => {
        const { received, recognized, refunded } = figuresOf(balances);
        return { month: of, received, recognized, refunded };
      }),
    })),
  }),
});

/** The month so many before the one of `now`, as YYYY-MM. */
export function monthBefore(now: number, months: number): string {
  const at = new Date(now);
  return iso(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() - months, 1)).slice(0, 7);
}
