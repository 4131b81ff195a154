-- Sign-in: attempts that are counted, sessions that end, a second factor.

-- Counters of attempts, shared by every process. The keys are keyed hashes of names and addresses, so the table says nothing of anybody and
-- stands outside the tenants: an attempt is counted before it is known whether there is such a tenant. Shape of rate-limiter-flexible.
CREATE TABLE attempt (
  key varchar(255) PRIMARY KEY,
  points integer NOT NULL DEFAULT 0,
  expire bigint
);
CREATE INDEX attempt_expire ON attempt (expire);
GRANT SELECT, INSERT, UPDATE, DELETE ON attempt TO {{app}};

-- A session ends at its end, and earlier when nobody used it for a while. proved_at: when the person last showed a password, a code or
-- a sign-in at their own provider.
ALTER TABLE session
  ADD COLUMN method text NOT NULL DEFAULT 'password' CHECK (method IN ('password', 'sso')),
  ADD COLUMN remembered boolean NOT NULL DEFAULT false,
  ADD COLUMN idle_minutes integer NOT NULL DEFAULT 120 CHECK (idle_minutes > 0),
  ADD COLUMN last_used_at timestamptz NOT NULL DEFAULT udm_now(),
  ADD COLUMN proved_at timestamptz NOT NULL DEFAULT udm_now(),
  ADD COLUMN address text,
  ADD COLUMN agent text;
CREATE INDEX session_of_user ON session (user_id);

CREATE OR REPLACE FUNCTION udm_find_session(token bytea) RETURNS TABLE (tenant_id uuid, session_id uuid)
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
  AS $$ SELECT s.tenant_id, s.id FROM session s
        WHERE s.token_hash = token AND s.expires_at > udm_now() AND s.last_used_at + make_interval(mins => s.idle_minutes) > udm_now() $$;

-- Whoever changes what a person may do, or their password, ends their sessions in the same statement; no operation can forget it.
CREATE FUNCTION udm_end_sessions() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp
  AS $$ BEGIN DELETE FROM session WHERE tenant_id = NEW.tenant_id AND user_id = NEW.id; RETURN NULL; END $$;
CREATE TRIGGER sessions_end AFTER UPDATE OF roles, password_hash ON app_user FOR EACH ROW
  WHEN (OLD.roles IS DISTINCT FROM NEW.roles OR OLD.password_hash IS DISTINCT FROM NEW.password_hash)
  EXECUTE FUNCTION udm_end_sessions();

-- Codes of an authenticator app (RFC 6238). last_step: the time step of the last code that was taken; an earlier or equal one is a replay.
CREATE TABLE second_factor (
  tenant_id uuid NOT NULL REFERENCES tenant,
  user_id uuid PRIMARY KEY REFERENCES app_user ON DELETE CASCADE,
  sealed_secret bytea NOT NULL,
  last_step bigint,
  created_at timestamptz NOT NULL DEFAULT udm_now(),
  confirmed_at timestamptz
);
CREATE TABLE recovery_code (
  tenant_id uuid NOT NULL REFERENCES tenant,
  user_id uuid NOT NULL REFERENCES second_factor (user_id) ON DELETE CASCADE,
  code_hash text NOT NULL,
  used_at timestamptz,
  PRIMARY KEY (user_id, code_hash)
);
ALTER TABLE tenant ADD COLUMN second_factor_required boolean NOT NULL DEFAULT false;

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['second_factor', 'recovery_code'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY own_tenant ON %I TO {{app}} USING (tenant_id = udm_tenant()) WITH CHECK (tenant_id = udm_tenant())', name);
  END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE, DELETE ON second_factor, recovery_code TO {{app}};
