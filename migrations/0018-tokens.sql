-- API tokens: a program acts for the user who made the token, within its scopes. docs/decisions/0031.

CREATE TABLE api_token (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL REFERENCES tenant,
  user_id uuid NOT NULL REFERENCES app_user ON DELETE CASCADE,
  name text NOT NULL,
  scopes text[] NOT NULL,
  -- SHA-256 of 256 random bits: nobody tries those out, so it needs no salt and no slow hash.
  token_hash bytea NOT NULL UNIQUE,
  -- Its last characters, to tell it from others.
  ending text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT udm_now(),
  expires_at timestamptz NOT NULL,
  -- To within ten minutes.
  last_used_at timestamptz,
  revoked_at timestamptz
);
CREATE INDEX api_token_of_user ON api_token (tenant_id, user_id, created_at);

ALTER TABLE api_token ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_token FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON api_token TO {{app}} USING (tenant_id = udm_tenant()) WITH CHECK (tenant_id = udm_tenant());
CREATE POLICY lookup ON api_token FOR SELECT TO {{owner}} USING (true);
GRANT SELECT, INSERT, UPDATE ON api_token TO {{app}};

CREATE FUNCTION udm_find_token(hash bytea) RETURNS TABLE (tenant_id uuid, token_id uuid)
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
  AS $$ SELECT t.tenant_id, t.id FROM api_token t WHERE t.token_hash = hash AND t.revoked_at IS NULL AND t.expires_at > udm_now() $$;
REVOKE EXECUTE ON FUNCTION udm_find_token FROM PUBLIC;
GRANT EXECUTE ON FUNCTION udm_find_token TO {{app}};

-- Whoever is suspended or deleted loses sessions and tokens in that statement.
CREATE OR REPLACE FUNCTION udm_end_access() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp
  AS $$ BEGIN
    DELETE FROM session WHERE tenant_id = NEW.tenant_id AND user_id = NEW.id;
    UPDATE api_token SET revoked_at = udm_now() WHERE tenant_id = NEW.tenant_id AND user_id = NEW.id AND revoked_at IS NULL;
    RETURN NULL;
  END $$;
