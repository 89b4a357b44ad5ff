-- Who may call: tokens, of which only a hash is kept. A token that was revoked stays, so that its name tells who did what.
CREATE TABLE tokens (
  id keytext PRIMARY KEY, name text NOT NULL, hash text NOT NULL, grants text NOT NULL, created_by text NOT NULL,
  created_at bigint NOT NULL, expires_at bigint, revoked_at bigint);

-- What documents refer to by name and nobody reads back: sealed with the key that key_id names.
CREATE TABLE secrets (
  tenant keytext NOT NULL, project keytext NOT NULL, name keytext NOT NULL, key_id text NOT NULL, sealed text NOT NULL,
  updated_at bigint NOT NULL, updated_by text NOT NULL,
  PRIMARY KEY (tenant, project, name));
