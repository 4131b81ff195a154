-- What the last daily look at the whole audit log of a tenant found. docs/decisions/0034-audit-chain.md.
CREATE TABLE audit_check (
  tenant_id uuid PRIMARY KEY REFERENCES tenant,
  checked_at timestamptz NOT NULL,
  records bigint NOT NULL,
  -- How much is wrong, in the log and in the file of anchors; of the first of it, the code and the number of its record, or its line.
  found integer NOT NULL,
  code text,
  number bigint
);
ALTER TABLE audit_check ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_check FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON audit_check TO {{app}} USING (tenant_id = udm_tenant()) WITH CHECK (tenant_id = udm_tenant());
GRANT SELECT, INSERT, UPDATE ON audit_check TO {{app}};
