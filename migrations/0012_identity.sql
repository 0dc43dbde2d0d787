-- People: the authentication library's own tables, what the domain knows of members, and an organization's settings.
CREATE TABLE user (
  id text PRIMARY KEY NOT NULL,
  name text NOT NULL,
  email text NOT NULL,
  email_verified integer DEFAULT false NOT NULL,
  image text,
  created_at integer NOT NULL,
  updated_at integer NOT NULL
);

CREATE UNIQUE INDEX user_email_unique ON user (email);

CREATE TABLE organization (
  id text PRIMARY KEY NOT NULL,
  name text NOT NULL,
  slug text NOT NULL,
  logo text,
  metadata text,
  created_at integer NOT NULL
);

CREATE UNIQUE INDEX organization_slug_unique ON organization (slug);

CREATE TABLE session (
  id text PRIMARY KEY NOT NULL,
  token text NOT NULL,
  user_id text NOT NULL,
  active_organization_id text,
  expires_at integer NOT NULL,
  ip_address text,
  user_agent text,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  FOREIGN KEY (user_id) REFERENCES user(id) ON UPDATE no action ON DELETE restrict
);

CREATE UNIQUE INDEX session_token_unique ON session (token);

CREATE INDEX session_by_user ON session (user_id);

CREATE TABLE account (
  id text PRIMARY KEY NOT NULL,
  account_id text NOT NULL,
  provider_id text NOT NULL,
  user_id text NOT NULL,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at integer,
  refresh_token_expires_at integer,
  scope text,
  password text,
  email text,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  FOREIGN KEY (user_id) REFERENCES user(id) ON UPDATE no action ON DELETE restrict
);

CREATE INDEX account_by_user ON account (user_id);

CREATE UNIQUE INDEX account_holder ON account (provider_id,account_id);

CREATE TABLE verification (
  id text PRIMARY KEY NOT NULL,
  identifier text NOT NULL,
  value text NOT NULL,
  expires_at integer NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL
);

CREATE INDEX verification_by_identifier ON verification (identifier);

CREATE TABLE member (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  user_id text NOT NULL,
  role text NOT NULL,
  created_at integer NOT NULL,
  FOREIGN KEY (organization_id) REFERENCES organization(id) ON UPDATE no action ON DELETE restrict,
  FOREIGN KEY (user_id) REFERENCES user(id) ON UPDATE no action ON DELETE restrict
);

CREATE UNIQUE INDEX member_person ON member (organization_id,user_id);

CREATE INDEX member_by_user ON member (user_id);

CREATE TABLE invitation (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  email text NOT NULL,
  role text,
  status text NOT NULL,
  expires_at integer NOT NULL,
  created_at integer NOT NULL,
  inviter_id text NOT NULL,
  FOREIGN KEY (organization_id) REFERENCES organization(id) ON UPDATE no action ON DELETE restrict,
  FOREIGN KEY (inviter_id) REFERENCES user(id) ON UPDATE no action ON DELETE restrict
);

CREATE INDEX invitation_by_organization ON invitation (organization_id);

CREATE INDEX invitation_by_email ON invitation (email);

CREATE TABLE apikey (
  id text PRIMARY KEY NOT NULL,
  config_id text NOT NULL,
  name text,
  start text,
  prefix text,
  key text NOT NULL,
  reference_id text NOT NULL,
  organization_id text,
  refill_interval integer,
  refill_amount integer,
  last_refill_at integer,
  enabled integer NOT NULL,
  rate_limit_enabled integer NOT NULL,
  rate_limit_time_window integer,
  rate_limit_max integer,
  request_count integer NOT NULL,
  remaining integer,
  last_request integer,
  expires_at integer,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  permissions text,
  metadata text,
  FOREIGN KEY (reference_id) REFERENCES user(id) ON UPDATE no action ON DELETE restrict,
  FOREIGN KEY (organization_id) REFERENCES organization(id) ON UPDATE no action ON DELETE restrict
);

CREATE UNIQUE INDEX apikey_key_unique ON apikey (key);

CREATE INDEX apikey_by_owner ON apikey (reference_id);

CREATE INDEX apikey_by_organization ON apikey (organization_id,id);

CREATE TABLE lms_members (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  deleted_at integer,
  version integer NOT NULL,
  user_id text NOT NULL,
  display_name text,
  email text,
  roles text NOT NULL,
  locale text DEFAULT 'en' NOT NULL,
  time_zone text,
  picture_key text,
  preferences text NOT NULL,
  suspended_at integer,
  last_active_at integer
);

CREATE INDEX lms_members_all ON lms_members (organization_id,id);

CREATE UNIQUE INDEX lms_members_user ON lms_members (organization_id,user_id);

CREATE TABLE lms_settings (
  id text PRIMARY KEY NOT NULL,
  organization_id text NOT NULL,
  created_at integer NOT NULL,
  updated_at integer NOT NULL,
  deleted_at integer,
  version integer NOT NULL,
  features text,
  defaults text
);

CREATE UNIQUE INDEX lms_settings_organization ON lms_settings (organization_id);

-- The library writes outside our batches: a trigger wants the task that copies its change, so a Worker that dies
-- after the library's write loses nothing. next_at 0 is due by every clock, and not yet taken up.
CREATE TRIGGER member_joined AFTER INSERT ON member
BEGIN
  INSERT INTO lms_tasks (id, organization_id, kind, subject, state, step, payload, next_at, correlation_id, created_at, updated_at)
  SELECT lower(printf('%08X-%04X-7', ms >> 16, ms & 65535) || substr(hex(randomblob(2)), 2) || '-'
      || substr('89AB', 1 + abs(random() % 4), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))),
    NEW.organization_id, 'identity.sync', NEW.user_id, 'ready', 'copy', '{"changed":["roles"]}',
    0, lower(hex(randomblob(16))), ms, ms
  FROM (SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER) AS ms);
END;

CREATE TRIGGER member_roles AFTER UPDATE OF role ON member WHEN NEW.role IS NOT OLD.role
BEGIN
  INSERT INTO lms_tasks (id, organization_id, kind, subject, state, step, payload, next_at, correlation_id, created_at, updated_at)
  SELECT lower(printf('%08X-%04X-7', ms >> 16, ms & 65535) || substr(hex(randomblob(2)), 2) || '-'
      || substr('89AB', 1 + abs(random() % 4), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))),
    NEW.organization_id, 'identity.sync', NEW.user_id, 'ready', 'copy', '{"changed":["roles"]}',
    0, lower(hex(randomblob(16))), ms, ms
  FROM (SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER) AS ms);
END;

CREATE TRIGGER member_left AFTER DELETE ON member
BEGIN
  DELETE FROM apikey WHERE organization_id = OLD.organization_id AND reference_id = OLD.user_id;
  INSERT INTO lms_tasks (id, organization_id, kind, subject, state, step, payload, next_at, correlation_id, created_at, updated_at)
  SELECT lower(printf('%08X-%04X-7', ms >> 16, ms & 65535) || substr(hex(randomblob(2)), 2) || '-'
      || substr('89AB', 1 + abs(random() % 4), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))),
    OLD.organization_id, 'identity.sync', OLD.user_id, 'ready', 'copy', '{"changed":["roles"]}',
    0, lower(hex(randomblob(16))), ms, ms
  FROM (SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER) AS ms);
END;

CREATE TRIGGER member_last_admin_stays BEFORE DELETE ON member WHEN instr(',' || OLD.role || ',', ',lms-admin,') > 0
BEGIN
  SELECT RAISE(ABORT, 'LAST_LMS_ADMIN') WHERE NOT EXISTS (
    SELECT 1 FROM member
    WHERE organization_id = OLD.organization_id AND id <> OLD.id AND instr(',' || role || ',', ',lms-admin,') > 0
  );
END;

CREATE TRIGGER member_last_admin_keeps BEFORE UPDATE OF role ON member WHEN instr(',' || OLD.role || ',', ',lms-admin,') > 0 AND instr(',' || NEW.role || ',', ',lms-admin,') = 0
BEGIN
  SELECT RAISE(ABORT, 'LAST_LMS_ADMIN') WHERE NOT EXISTS (
    SELECT 1 FROM member
    WHERE organization_id = OLD.organization_id AND id <> OLD.id AND instr(',' || role || ',', ',lms-admin,') > 0
  );
END;

CREATE TRIGGER user_profile AFTER UPDATE OF name, email, image ON user WHEN NEW.name IS NOT OLD.name OR NEW.email IS NOT OLD.email OR NEW.image IS NOT OLD.image
BEGIN
  INSERT INTO lms_tasks (id, organization_id, kind, subject, state, step, payload, next_at, correlation_id, created_at, updated_at)
  SELECT lower(printf('%08X-%04X-7', ms >> 16, ms & 65535) || substr(hex(randomblob(2)), 2) || '-'
      || substr('89AB', 1 + abs(random() % 4), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))),
    organization_id, 'identity.sync', user_id, 'ready', 'copy', json_object('changed', json(iif(NEW.name IS OLD.name, '[]', '["name"]'))),
    0, lower(hex(randomblob(16))), ms, ms
  FROM member, (SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER) AS ms) WHERE user_id = NEW.id;
END;

CREATE TRIGGER apikey_made AFTER INSERT ON apikey
BEGIN
  SELECT RAISE(ABORT, 'KEY_WITHOUT_ORGANIZATION') WHERE NEW.metadata ->> '$.organizationId' IS NULL;
  UPDATE apikey SET organization_id = NEW.metadata ->> '$.organizationId' WHERE id = NEW.id;
  INSERT INTO lms_tasks (id, organization_id, kind, subject, state, step, payload, next_at, correlation_id, created_at, updated_at)
  SELECT lower(printf('%08X-%04X-7', ms >> 16, ms & 65535) || substr(hex(randomblob(2)), 2) || '-'
      || substr('89AB', 1 + abs(random() % 4), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))),
    NEW.metadata ->> '$.organizationId', 'identity.sync', NEW.reference_id, 'ready', 'copy', '{"changed":["keys"]}',
    0, lower(hex(randomblob(16))), ms, ms
  FROM (SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER) AS ms);
END;

CREATE TRIGGER apikey_revoked AFTER DELETE ON apikey
BEGIN
  INSERT INTO lms_tasks (id, organization_id, kind, subject, state, step, payload, next_at, correlation_id, created_at, updated_at)
  SELECT lower(printf('%08X-%04X-7', ms >> 16, ms & 65535) || substr(hex(randomblob(2)), 2) || '-'
      || substr('89AB', 1 + abs(random() % 4), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))),
    OLD.organization_id, 'identity.sync', OLD.reference_id, 'ready', 'copy', '{"changed":["keys"]}',
    0, lower(hex(randomblob(16))), ms, ms
  FROM (SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER) AS ms);
END;
