-- Mails to users, written in the transaction of what they tell (the outbox) and sent by a task. docs/decisions/0035-notices.md.
ALTER TABLE app_user
  ADD COLUMN notice_language text NOT NULL DEFAULT 'en' CHECK (notice_language IN ('en', 'de')),
  -- Which notices the user wants; null: the usual ones.
  ADD COLUMN notice_kinds text[];

CREATE TABLE notice (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL REFERENCES tenant,
  user_id uuid NOT NULL REFERENCES app_user ON DELETE CASCADE,
  kind text NOT NULL,
  -- The certificate or job it is about.
  about uuid NOT NULL,
  -- One notice of a kind to a user for each of these.
  occasion text NOT NULL,
  -- Titles, dates and codes that the text names: nothing of customers.
  facts jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT udm_now(),
  tries integer NOT NULL DEFAULT 0,
  -- When it is tried next; null: sent or given up.
  next_at timestamptz DEFAULT udm_now(),
  sent_at timestamptz,
  given_up_at timestamptz,
  error_code text,
  UNIQUE (tenant_id, user_id, kind, occasion)
);
ALTER TABLE notice ENABLE ROW LEVEL SECURITY;
ALTER TABLE notice FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON notice TO {{app}} USING (tenant_id = udm_tenant()) WITH CHECK (tenant_id = udm_tenant());
GRANT SELECT, INSERT, UPDATE, DELETE ON notice TO {{app}};
CREATE INDEX notice_due ON notice (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX notice_about ON notice (tenant_id, about, created_at);

-- Tenants with notices to be sent now: asked before any tenant is set.
CREATE POLICY lookup ON notice FOR SELECT TO {{owner}} USING (true);
CREATE FUNCTION udm_find_notice_tenants() RETURNS TABLE (tenant_id uuid)
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
  AS $$ SELECT DISTINCT n.tenant_id FROM notice n WHERE n.next_at <= (SELECT udm_now()) $$;
REVOKE EXECUTE ON FUNCTION udm_find_notice_tenants FROM PUBLIC;
GRANT EXECUTE ON FUNCTION udm_find_notice_tenants TO {{app}};
