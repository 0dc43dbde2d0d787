-- The ledger: append-only entries, and what they add up to, kept by triggers so that neither can drift from the other.
CREATE TABLE lms_ledger_entries (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  cause text NOT NULL,
  kind text NOT NULL,
  debit text NOT NULL,
  credit text NOT NULL,
  amount integer NOT NULL,
  currency text NOT NULL,
  payment_id text NOT NULL,
  enrollment_id text NOT NULL,
  learner_id text NOT NULL,
  course_id text NOT NULL,
  cohort_id text,
  module_id text,
  occurred_at integer NOT NULL,
  created_at integer NOT NULL,
  CONSTRAINT "lms_ledger_entries_sides" CHECK(amount > 0 AND debit <> credit),
  CONSTRAINT "lms_ledger_entries_accounts" CHECK(debit IN ('cash', 'receivable', 'revenue', 'deferred-revenue', 'refunds', 'tax') AND credit IN ('cash', 'receivable', 'revenue', 'deferred-revenue', 'refunds', 'tax'))
);

CREATE UNIQUE INDEX lms_ledger_entries_cause ON lms_ledger_entries (organization_id,cause);

CREATE INDEX lms_ledger_entries_by_payment ON lms_ledger_entries (organization_id,payment_id,id);

CREATE TABLE lms_ledger_balances (
  organization_id text NOT NULL,
  currency text NOT NULL,
  month text NOT NULL,
  account text NOT NULL,
  debit integer DEFAULT 0 NOT NULL,
  credit integer DEFAULT 0 NOT NULL,
  PRIMARY KEY(organization_id, currency, month, account)
);

CREATE TABLE lms_ledger_payments (
  payment_id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  currency text NOT NULL,
  received integer NOT NULL,
  recognized integer NOT NULL,
  deferred integer NOT NULL,
  refunded integer NOT NULL,
  entries integer NOT NULL,
  CONSTRAINT "lms_ledger_payments_adds_up" CHECK(recognized + deferred + refunded = received AND recognized >= 0 AND deferred >= 0 AND refunded >= 0)
);

CREATE INDEX lms_ledger_payments_deferred ON lms_ledger_payments (payment_id) WHERE deferred > 0;

CREATE TRIGGER lms_ledger_entries_kept BEFORE UPDATE ON lms_ledger_entries
BEGIN
  SELECT RAISE(ABORT, 'LEDGER_APPEND_ONLY');
END;

CREATE TRIGGER lms_ledger_entries_stay BEFORE DELETE ON lms_ledger_entries
BEGIN
  SELECT RAISE(ABORT, 'LEDGER_APPEND_ONLY');
END;

-- A month is one of UTC. The account "refunds" is revenue given back: what is debited there leaves what was recognized.
CREATE TRIGGER lms_ledger_entries_add_up AFTER INSERT ON lms_ledger_entries
BEGIN
  INSERT INTO lms_ledger_balances (organization_id, currency, month, account, debit)
  VALUES (NEW.organization_id, NEW.currency, strftime('%Y-%m', NEW.occurred_at / 1000, 'unixepoch'), NEW.debit, NEW.amount)
  ON CONFLICT (organization_id, currency, month, account) DO UPDATE SET debit = debit + excluded.debit;
  INSERT INTO lms_ledger_balances (organization_id, currency, month, account, credit)
  VALUES (NEW.organization_id, NEW.currency, strftime('%Y-%m', NEW.occurred_at / 1000, 'unixepoch'), NEW.credit, NEW.amount)
  ON CONFLICT (organization_id, currency, month, account) DO UPDATE SET credit = credit + excluded.credit;
  INSERT INTO lms_ledger_payments (payment_id, organization_id, currency, received, recognized, deferred, refunded, entries)
  VALUES (NEW.payment_id, NEW.organization_id, NEW.currency, 0, 0, 0, 0, 0)
  ON CONFLICT (payment_id) DO NOTHING;
  UPDATE lms_ledger_payments SET
    received = received + NEW.amount * (NEW.debit = 'cash'),
    recognized = recognized + NEW.amount * ((NEW.credit = 'revenue') - (NEW.debit = 'refunds')),
    deferred = deferred + NEW.amount * ((NEW.credit = 'deferred-revenue') - (NEW.debit = 'deferred-revenue')),
    refunded = refunded + NEW.amount * (NEW.credit = 'cash'),
    entries = entries + 1
  WHERE payment_id = NEW.payment_id;
END;

-- When a payment opened the access it paid for; null while it has not, or where it came in vain.
ALTER TABLE lms_payments ADD COLUMN applied_at integer;

UPDATE lms_payments SET applied_at = (SELECT activated_at FROM lms_enrollments WHERE id = subject_id)
WHERE status = 'succeeded' AND refund_requested_amount = 0;
