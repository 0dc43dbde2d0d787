-- One secret link a member, by which a calendar program reads its sessions.
CREATE TABLE lms_calendar_links (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  deleted_at integer,
  member_id text NOT NULL,
  token_hash text NOT NULL
);

CREATE UNIQUE INDEX lms_calendar_links_token_hash_unique ON lms_calendar_links (token_hash);

CREATE UNIQUE INDEX lms_calendar_links_member ON lms_calendar_links (organization_id,member_id);
