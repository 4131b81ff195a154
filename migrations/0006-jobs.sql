-- Acts on jobs that happen once, however often they are asked for.

-- A key stands for any request that makes something, not for a job alone.
ALTER TABLE idempotency_key RENAME COLUMN job_id TO object_id;
ALTER TABLE idempotency_key ADD COLUMN action text NOT NULL DEFAULT 'job.create';
ALTER TABLE idempotency_key ALTER COLUMN action DROP DEFAULT;
CREATE INDEX idempotency_key_age ON idempotency_key (tenant_id, user_id, created_at);
