-- When the last byte of an access package left: an erasure of the person deletes it, and waits until then.
ALTER TABLE data_request_package ADD COLUMN fetched_at timestamptz;
-- Erasures that ended while a run was read.
CREATE INDEX data_request_erased ON data_request (tenant_id, ended_at) WHERE ledger_seq IS NOT NULL;
