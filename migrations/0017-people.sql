-- People: users that can be suspended and deleted, passwords that somebody else made, quotas of a tenant. docs/decisions/0031.

ALTER TABLE tenant
  ADD COLUMN user_quota integer NOT NULL DEFAULT 100 CHECK (user_quota BETWEEN 1 AND 10000),
  -- Of files that can be downloaded, all runs together; null: as much as the disk holds.
  ADD COLUMN storage_quota_gigabytes integer CHECK (storage_quota_gigabytes > 0),
  ADD CONSTRAINT job_quota_range CHECK (job_quota BETWEEN 1 AND 100000);

-- A deleted user's row stays: jobs, certificates and the audit log name it. Their name is free for another.
ALTER TABLE app_user
  ADD COLUMN state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'suspended', 'deleted')),
  ADD COLUMN email text,
  -- Somebody else made the password and knows it.
  ADD COLUMN must_change_password boolean NOT NULL DEFAULT false,
  DROP CONSTRAINT app_user_tenant_id_name_key;
CREATE UNIQUE INDEX app_user_name ON app_user (tenant_id, lower(name)) WHERE state <> 'deleted';

-- Nobody signs in who is not active; for sign-in there is no such user.
CREATE OR REPLACE FUNCTION udm_find_user(tenant_name text, user_name text) RETURNS TABLE (tenant_id uuid, user_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS $$ SELECT u.tenant_id, u.id FROM app_user u JOIN tenant t ON t.id = u.tenant_id
        WHERE t.name = tenant_name AND lower(u.name) = lower(user_name) AND u.state = 'active' $$;

-- In the same statement that suspends or deletes, their sessions end; no operation can forget it.
CREATE FUNCTION udm_end_access() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp
  AS $$ BEGIN DELETE FROM session WHERE tenant_id = NEW.tenant_id AND user_id = NEW.id; RETURN NULL; END $$;
CREATE TRIGGER access_ends AFTER UPDATE OF state ON app_user FOR EACH ROW WHEN (NEW.state <> 'active') EXECUTE FUNCTION udm_end_access();
