-- The replies to requests that carried an idempotency key: the same request again is answered alike, and nothing is done twice.
CREATE TABLE replies (
  tenant keytext NOT NULL, project keytext NOT NULL, who keytext NOT NULL, idempotency_key keytext NOT NULL,
  request text NOT NULL, status bigint NOT NULL, location text, body text NOT NULL, created_at bigint NOT NULL,
  PRIMARY KEY (tenant, project, who, idempotency_key));

CREATE INDEX replies_by_time ON replies (created_at);
