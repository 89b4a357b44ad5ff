-- The record of the closed loop. Times are microseconds since 1970; a body is JSON; the other columns are there to find it.
CREATE TABLE resources (
  tenant keytext NOT NULL, project keytext NOT NULL, kind keytext NOT NULL, name keytext NOT NULL,
  revision bigint NOT NULL, body text, created_at bigint NOT NULL, updated_at bigint NOT NULL, updated_by text NOT NULL,
  PRIMARY KEY (tenant, project, kind, name));

CREATE INDEX resources_by_name ON resources (tenant, kind, name, project);

CREATE TABLE targets (
  tenant keytext NOT NULL, project keytext NOT NULL, path keytext NOT NULL, body text NOT NULL,
  PRIMARY KEY (tenant, project, path));

CREATE TABLE episodes (
  id keytext PRIMARY KEY, tenant keytext NOT NULL, project keytext NOT NULL, binding keytext NOT NULL, target keytext NOT NULL,
  opened_at bigint NOT NULL, ended_at bigint, body text NOT NULL);

CREATE INDEX episodes_alive ON episodes (opened_at) WHERE ended_at IS NULL;

CREATE TABLE incidents (
  id keytext PRIMARY KEY, tenant keytext NOT NULL, project keytext NOT NULL, status keytext NOT NULL, binding keytext NOT NULL,
  target keytext NOT NULL, triggered_at bigint NOT NULL, ended_at bigint, body text NOT NULL);

CREATE INDEX incidents_by_time ON incidents (tenant, triggered_at, id);
CREATE INDEX incidents_by_target ON incidents (tenant, target, triggered_at);
CREATE INDEX incidents_alive ON incidents (triggered_at) WHERE ended_at IS NULL;

CREATE TABLE approvals (
  id keytext PRIMARY KEY, tenant keytext NOT NULL, project keytext NOT NULL, status keytext NOT NULL, binding keytext,
  target keytext NOT NULL, incident keytext, execution keytext, requested_at bigint NOT NULL, decided_at bigint, body text NOT NULL);

CREATE INDEX approvals_by_time ON approvals (tenant, requested_at, id);
CREATE INDEX approvals_by_answer ON approvals (decided_at);

CREATE TABLE executions (
  id keytext PRIMARY KEY, tenant keytext NOT NULL, project keytext NOT NULL, idempotency_key keytext NOT NULL, status keytext NOT NULL,
  target keytext, binding keytext, incident keytext, created_at bigint NOT NULL, ended_at bigint, body text NOT NULL,
  UNIQUE (tenant, project, idempotency_key));

CREATE INDEX executions_by_time ON executions (tenant, created_at, id);
CREATE INDEX executions_by_target ON executions (tenant, target, created_at);
CREATE INDEX executions_by_end ON executions (ended_at);

CREATE TABLE journal (
  seq bigint PRIMARY KEY, tenant keytext NOT NULL, project keytext NOT NULL, at bigint NOT NULL, kind keytext NOT NULL,
  target keytext, binding keytext, incident keytext, episode keytext, execution keytext, body text NOT NULL, hash text NOT NULL);

CREATE INDEX journal_by_target ON journal (tenant, target, seq);
CREATE INDEX journal_by_incident ON journal (incident) WHERE incident IS NOT NULL;
CREATE INDEX journal_by_episode ON journal (episode) WHERE episode IS NOT NULL;
CREATE INDEX journal_by_execution ON journal (execution) WHERE execution IS NOT NULL;

CREATE TABLE schedules (
  tenant keytext NOT NULL, project keytext NOT NULL, binding keytext NOT NULL, last_due bigint NOT NULL, body text NOT NULL,
  PRIMARY KEY (tenant, project, binding));

CREATE TABLE checkpoints (
  tenant keytext NOT NULL, project keytext NOT NULL, binding keytext NOT NULL, target keytext NOT NULL, body text NOT NULL,
  PRIMARY KEY (tenant, project, binding, target));
