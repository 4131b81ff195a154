-- What makes files provable: the keys UDM signs manifests with, and a manifest of each published run.

-- Keys of the installation, of no tenant. The private key is sealed with the master key, and dropped when the key is retired.
CREATE TABLE signing_key (
  -- SHA-256 of the public key, in hex.
  id text PRIMARY KEY,
  public_key text NOT NULL,
  sealed_private_key bytea,
  created_at timestamptz NOT NULL DEFAULT udm_now(),
  retired_at timestamptz,
  CHECK ((retired_at IS NULL) = (sealed_private_key IS NOT NULL))
);
CREATE UNIQUE INDEX signing_key_in_use ON signing_key ((true)) WHERE retired_at IS NULL;
GRANT SELECT, INSERT, UPDATE ON signing_key TO {{app}};

-- Never changed: the chain of a job's manifests would break. It outlives the job.
CREATE TABLE run_manifest (
  run_id uuid PRIMARY KEY REFERENCES run,
  tenant_id uuid NOT NULL REFERENCES tenant,
  job_id uuid,
  -- Place in the job's chain, from 1; of a run without a job, 1.
  sequence integer NOT NULL CHECK (sequence > 0),
  -- To the byte what was signed.
  body bytea NOT NULL,
  signature bytea NOT NULL,
  sha256 text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT udm_now(),
  UNIQUE (tenant_id, job_id, sequence)
);
ALTER TABLE run_manifest ENABLE ROW LEVEL SECURITY;
ALTER TABLE run_manifest FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON run_manifest TO {{app}} USING (tenant_id = udm_tenant()) WITH CHECK (tenant_id = udm_tenant());
GRANT SELECT, INSERT ON run_manifest TO {{app}};
