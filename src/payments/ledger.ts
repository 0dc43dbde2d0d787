export const ACCOUNTS = [
  "cash",
  "receivable",
  "revenue",
  "deferred-revenue",
  "refunds",
  "tax",
] as const;
export type Account = (typeof ACCOUNTS)[number];

export const ENTRY_KINDS = [
  "received",
  "recognized",
  "refunded-deferred",
  "refunded-recognized",
] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

/** Where a payment's money stands: recognized + deferred + refunded = received, in minor units. */
export type Standing = {
  received: number;
  recognized: number;
  deferred: number;
  refunded: number;
  /** How many entries led here. */
  entries: number;
};

export const NOTHING_YET: Standing = {
  received: 0,
  recognized: 0,
  deferred: 0,
  refunded: 0,
  entries: 0,
};

/** An entry sums to zero by construction: what one account is debited the other is credited. */
export type Entry = { kind: EntryKind; debit: Account; credit: Account; amount: number };

/** What each kind of entry moves; "refunds" is revenue given back. */
const SIDES: Record<EntryKind, { debit: Account; credit: Account }> = {
  received: { debit: "cash", credit: "deferred-revenue" },
  recognized: { debit: "deferred-revenue", credit: "revenue" },
  "refunded-deferred": { debit: "deferred-revenue", credit: "cash" },
  "refunded-recognized": { debit: "refunds", credit: "cash" },
};

const entry = (kind: EntryKind, amount: number): Entry => ({ kind, ...SIDES[kind], amount });

/** What is true of a payment now, in minor units; `requested` is on its way back. */
export type PaymentFacts = {
  received: number;
  refunded: number;
  requested: number;
  /** What of it has been earned by teaching. */
  earned: number;
};

/**
 * The entries that lead from where the ledger stands to what is true now. They follow from the present alone,
 * so events may come in any order and as often as they like. A refund takes what is deferred first, and of
 * what was recognized no more than it must.
 */
export function entriesOf(before: Standing, facts: PaymentFacts): Entry[] {
  const entries: Entry[] = [];
  let now = before;
  const add = (kind: EntryKind, amount: number) => {
    if (amount <= 0) return;
    const one = entry(kind, amount);
    entries.push(one);
    now = after(now, one);
  };
  add("received", facts.received - now.received);
  add("refunded-deferred", Math.min(facts.refunded - now.refunded, now.deferred));
  add("refunded-recognized", facts.refunded - now.refunded);
  const kept = facts.received - facts.refunded - facts.requested;
  add("recognized", Math.min(facts.earned, kept) - now.recognized);
  return entries;
}

/** Where an entry leads; the ledger's own trigger adds up alike. */
export const after = (
  { received, recognized, deferred, refunded, entries }: Standing,
  { debit, credit, amount }: Entry,
): Standing => ({
  received: received + (debit === "cash" ? amount : 0),
  recognized: recognized + (credit === "revenue" ? amount : 0) - (debit === "refunds" ? amount : 0),
  deferred:
    deferred +
    (credit === "deferred-revenue" ? amount : 0) -
    (debit === "deferred-revenue" ? amount : 0),
  refunded: refunded + (credit === "cash" ? amount : 0),
  entries: entries + 1,
});

/** A price as so many equal portions; what does not divide is in the last. */
export function portionsOf(price: number, count: number): number[] {
  const portion = Math.floor(price / count);
  return Array.from({ length: count }, (_, at) =>
    at < count - 1 ? portion : price - portion * (count - 1),
  );
}

/** What a payment bought, as far as it matters for what of it is earned. */
export type Bought = {
  price: number;
  /** The status of the enrollment. */
  status: string;
  /** Paid for the access that the enrollment has now, an earlier one, or none. */
  access: "present" | "earlier" | "none";
  inCohort: boolean;
  modules: { counted: number; completed: number };
};

/**
 * What is earned: portions as modules complete, all of it on completion or expiry; of a cohort nothing before.
 * A cohort that has run its course, and an access given up without a refund, are `closed` by the monthly job.
 */
export function earnedOf(
  { price, status, access, inCohort, modules }: Bought,
  { closed }: { closed: boolean },
): number {
  if (access === "none") return 0;
  const over = status === "completed" || status === "expired";
  if (closed || (access === "present" && over)) return price;
  if (inCohort || access === "earlier") return 0;
  return portionsOf(price, modules.counted)
    .slice(0, modules.completed)
    .reduce((sum, one) => sum + one, 0);
}
