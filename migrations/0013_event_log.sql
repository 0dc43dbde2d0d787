-- Outbox and audit log in one, written in the batch of the change it tells of.
CREATE TABLE domain_event_log (
  seq integer PRIMARY KEY AUTOINCREMENT NOT NULL,
  event_id text NOT NULL,
  event_name text NOT NULL,
  version integer NOT NULL,
  kind text NOT NULL,
  aggregate_type text NOT NULL,
  aggregate_id text NOT NULL,
  aggregate_version integer,
  organization_id text NOT NULL,
  actor_type text NOT NULL,
  actor_id text NOT NULL,
  correlation_id text NOT NULL,
  causation_id text,
  payload text NOT NULL,
  metadata text NOT NULL,
  occurred_at integer NOT NULL,
  settled_at integer,
  relayed_at integer,
  CONSTRAINT "domain_event_log_payload" CHECK(json_valid(payload) AND length(payload) <= 65536)
);

CREATE UNIQUE INDEX domain_event_log_event_id_unique ON domain_event_log (event_id);

CREATE INDEX domain_event_log_by_organization ON domain_event_log (organization_id,seq);

CREATE INDEX domain_event_log_by_name ON domain_event_log (organization_id,event_name,seq);

CREATE INDEX domain_event_log_by_actor ON domain_event_log (organization_id,actor_id,seq);

CREATE INDEX domain_event_log_by_correlation ON domain_event_log (organization_id,correlation_id,seq);

CREATE INDEX domain_event_log_unsettled ON domain_event_log (occurred_at) WHERE settled_at IS NULL;

CREATE UNIQUE INDEX domain_event_log_aggregate ON domain_event_log (aggregate_type,aggregate_id,aggregate_version);

CREATE TABLE event_deliveries (
  event_id text NOT NULL,
  listener text NOT NULL,
  code text NOT NULL,
  done_at integer NOT NULL,
  PRIMARY KEY(event_id, listener)
);

CREATE TABLE lms_guard (
  ok integer NOT NULL,
  CONSTRAINT lms_guard_ok CHECK (ok = 1)
);
