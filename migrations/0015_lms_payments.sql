-- Payments, written in the batch of the enrollment they pay for.
CREATE TABLE lms_payments (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  deleted_at integer,
  version integer NOT NULL,
  subject_type text NOT NULL,
  subject_id text NOT NULL,
  learner_id text NOT NULL,
  provider text NOT NULL,
  provider_session_id text,
  provider_payment_id text,
  checkout_url text,
  expires_at integer,
  coupon_id text,
  amount integer NOT NULL,
  currency text NOT NULL,
  received_amount integer,
  received_currency text,
  status text NOT NULL,
  refund_requested_amount integer DEFAULT 0 NOT NULL,
  refunded_amount integer DEFAULT 0 NOT NULL,
  refund_reason text,
  CONSTRAINT "lms_payments_status" CHECK(status IN ('created', 'succeeded', 'held', 'failed', 'expired', 'partially-refunded', 'refunded', 'disputed')),
  CONSTRAINT "lms_payments_amount" CHECK(amount > 0 AND refunded_amount >= 0)
);

CREATE INDEX lms_payments_by_subject ON lms_payments (organization_id,subject_id,id);

CREATE INDEX lms_payments_by_status ON lms_payments (organization_id,status,id);
