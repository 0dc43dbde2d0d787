-- What a course, and all of an organization, takes in a month: added up by a trigger on the ledger's entries, as its balances are.
CREATE TABLE lms_revenue_figures (
  organization_id text NOT NULL,
  course_id text NOT NULL,
  month text NOT NULL,
  currency text NOT NULL,
  received integer NOT NULL,
  refunded integer NOT NULL,
  recognized integer NOT NULL,
  PRIMARY KEY(organization_id, course_id, month, currency)
);

INSERT INTO lms_revenue_figures (organization_id, course_id, month, currency, received, refunded, recognized)
SELECT organization_id, subject.value, strftime('%Y-%m', occurred_at / 1000, 'unixepoch'), currency,
  sum(amount * (debit = 'cash')), sum(amount * (credit = 'cash')), sum(amount * ((credit = 'revenue') - (debit = 'refunds')))
FROM lms_ledger_entries AS entry, json_each(json_array('', entry.course_id)) AS subject GROUP BY 1, 2, 3, 4;

CREATE TRIGGER lms_ledger_entries_figured AFTER INSERT ON lms_ledger_entries
BEGIN
  INSERT INTO lms_revenue_figures (organization_id, course_id, month, currency, received, refunded, recognized)
  SELECT NEW.organization_id, subject.value, strftime('%Y-%m', NEW.occurred_at / 1000, 'unixepoch'), NEW.currency,
    NEW.amount * (NEW.debit = 'cash'), NEW.amount * (NEW.credit = 'cash'),
    NEW.amount * ((NEW.credit = 'revenue') - (NEW.debit = 'refunds'))
  FROM json_each(json_array('', NEW.course_id)) AS subject WHERE true
  ON CONFLICT (organization_id, course_id, month, currency) DO UPDATE SET
    received = received + excluded.received, refunded = refunded + excluded.refunded,
    recognized = recognized + excluded.recognized;
END;
