-- Single sign-on by OpenID Connect: one provider a tenant, and users it made.

CREATE TABLE single_sign_on (
  tenant_id uuid PRIMARY KEY REFERENCES tenant,
  issuer text NOT NULL,
  client_id text NOT NULL,
  -- Null: a public client, which proves itself by PKCE alone.
  sealed_secret bytea,
  name_claim text NOT NULL,
  role_claim text NOT NULL,
  -- Value of the role claim → role of UDM.
  roles jsonb NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT udm_now()
);
ALTER TABLE single_sign_on ENABLE ROW LEVEL SECURITY;
ALTER TABLE single_sign_on FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON single_sign_on TO {{app}} USING (tenant_id = udm_tenant()) WITH CHECK (tenant_id = udm_tenant());
GRANT SELECT, INSERT, UPDATE, DELETE ON single_sign_on TO {{app}};

-- Whom the provider knows has no password here. The subject is the issuer's own name for the person, with the issuer before it: another
-- provider cannot speak for them.
ALTER TABLE app_user
  ALTER COLUMN password_hash DROP NOT NULL,
  ADD COLUMN sso_subject text;
CREATE UNIQUE INDEX app_user_subject ON app_user (tenant_id, sso_subject) WHERE sso_subject IS NOT NULL;
