-- Where mail goes while no provider is configured.
CREATE TABLE lms_mailbox (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  recipient text NOT NULL,
  subject text NOT NULL,
  text text NOT NULL,
  html text NOT NULL,
  sent_at integer NOT NULL
);

CREATE INDEX lms_mailbox_by_recipient ON lms_mailbox (recipient,id);

CREATE INDEX lms_mailbox_by_organization ON lms_mailbox (organization_id,id);
