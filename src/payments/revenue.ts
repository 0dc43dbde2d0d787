import type { Account } from "./ledger.ts";

type Turnover = { account: Account; debit: number; credit: number };

/** What a ledger's accounts say in an administrator's words, in minor units. */
export function figuresOf(accounts: readonly Turnover[]) {
  const none = { debit: 0, credit: 0 };
  const of = (account: Account) => accounts.find((one) => one.account === account) ?? none;
  const deferred = of("deferred-revenue");
  return {
    received: of("cash").debit,
    recognized: of("revenue").credit - of("refunds").debit,
    deferred: deferred.credit - deferred.debit,
    refunded: of("cash").credit,
  };
}
