-- The encrypted package that answers a person who asks what is held about them: one file for each request. docs/decisions/0046-access-packages.md.
CREATE TABLE data_request_package (
  tenant_id uuid NOT NULL REFERENCES tenant,
  request_id uuid PRIMARY KEY,
  object_key text NOT NULL UNIQUE,
  file_name text NOT NULL,
  row_count bigint NOT NULL,
  bytes bigint NOT NULL,
  sha256 text NOT NULL,
  -- Fingerprints of the certificates that open it.
  recipients text[] NOT NULL,
  created_at timestamptz NOT NULL DEFAULT udm_now(),
  expires_at timestamptz NOT NULL,
  -- The file is no more in storage.
  object_gone_at timestamptz,
  deletion_tries integer NOT NULL DEFAULT 0,
  deletion_next_at timestamptz,
  FOREIGN KEY (tenant_id, request_id) REFERENCES data_request (tenant_id, id) ON DELETE CASCADE
);
ALTER TABLE data_request_package ENABLE ROW LEVEL SECURITY;
ALTER TABLE data_request_package FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON data_request_package TO {{app}} USING (tenant_id = udm_tenant()) WITH CHECK (tenant_id = udm_tenant());
GRANT SELECT, INSERT, UPDATE, DELETE ON data_request_package TO {{app}};

CREATE POLICY lookup ON data_request_package FOR SELECT TO {{owner}} USING (true);
-- Packages whose file retention may delete: those that expired at this instant or before.
CREATE FUNCTION udm_find_packages_to_delete(expired timestamptz, most integer) RETURNS TABLE (tenant_id uuid, request_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS $$ SELECT p.tenant_id, p.request_id FROM data_request_package p
    WHERE p.object_gone_at IS NULL AND p.expires_at <= expired
      -- A next try far ahead is of a clock that was wrong.
      AND (p.deletion_next_at IS NULL OR p.deletion_next_at <= (SELECT udm_now()) OR p.deletion_next_at > (SELECT udm_now() + interval '1 day'))
    ORDER BY p.expires_at LIMIT most $$;
REVOKE EXECUTE ON FUNCTION udm_find_packages_to_delete FROM PUBLIC;
GRANT EXECUTE ON FUNCTION udm_find_packages_to_delete TO {{app}};
