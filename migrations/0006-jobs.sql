-- Acts on jobs that happen once, however often they are asked for.

-- A key stands for any request that makes something, not for a job alone.
ALTER TABLE idempotency_key RENAME COLUMN job_id TO object_id;
ALTER TABLE idempotency_key ADD COLUMN action text NOT NULL DEFAULT 'job.create';
ALTER TABLE idempotency_key ALTER COLUMN action DROP DEFAULT;
CREATE INDEX idempotency_key_age ON idempotency_key (tenant_id, user_id, created_at);

-- One act on many jobs. The jobs are settled when it begins; each is dealt with in a transaction of its own that moves `position` on.
CREATE TABLE bulk_act (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL REFERENCES tenant,
  user_id uuid NOT NULL REFERENCES app_user ON DELETE CASCADE,
  action text NOT NULL CHECK (action IN ('suspend', 'resume', 'delete', 'run')),
  missed text CHECK (missed IN ('all', 'latest', 'none')),
  job_ids uuid[] NOT NULL,
  position integer NOT NULL DEFAULT 0,
  done integer NOT NULL DEFAULT 0,
  -- By code: how many were left out, and the first few of them.
  skipped jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT udm_now()
);
CREATE INDEX bulk_act_age ON bulk_act (tenant_id, user_id, created_at);
ALTER TABLE bulk_act ENABLE ROW LEVEL SECURITY;
ALTER TABLE bulk_act FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON bulk_act TO {{app}} USING (tenant_id = udm_tenant()) WITH CHECK (tenant_id = udm_tenant());
GRANT SELECT, INSERT, UPDATE, DELETE ON bulk_act TO {{app}};
