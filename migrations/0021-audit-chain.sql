-- The audit log as a chain: each record of a tenant has a number and a hash over its own content and the hash before it.
-- docs/formats/audit-log.md says how the hash is made; docs/decisions/0034-audit-chain.md why so.
ALTER TABLE audit_log
  -- Of the chain of its tenant, from 1, without a gap.
  ADD COLUMN seq bigint,
  ADD COLUMN hash bytea,
  -- The API token that a user acted with.
  ADD COLUMN actor_token uuid,
  -- From where: a network address, or "command line"; null: UDM itself.
  ADD COLUMN origin text;

-- What the hash of a record covers besides the hash before it: its values as text, in a JSON array. No SET clause: it is to be inlined.
CREATE FUNCTION udm_audit_body(tenant uuid, seq bigint, id bigint, at timestamptz, actor_kind text, actor_id uuid, actor_token uuid, origin text,
  action text, object_kind text, object_id text, detail jsonb) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT convert_to(json_build_array(tenant::text, seq::text, id::text, (extract(epoch FROM at) * 1000000)::bigint::text, actor_kind, actor_id::text,
    actor_token::text, origin, action, object_kind, object_id, detail::text)::text, 'UTF8') $$;

-- Writes the records of one transaction, at its end. The lock is held until the commit, so the numbers are in the order of the commits.
CREATE FUNCTION udm_record_acts(tenant uuid, acts jsonb) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  head record;
  instant timestamptz;
  before bytea;
  first bigint;
  ids bigint[];
  bodies bytea[];
  hashes bytea[] := '{}';
BEGIN
  PERFORM set_config('udm.tenant', tenant::text, true);
  PERFORM pg_advisory_xact_lock(7105021, hashtext(tenant::text));
  SELECT a.seq, a.hash INTO head FROM audit_log a WHERE a.tenant_id = tenant ORDER BY a.seq DESC LIMIT 1;
  first := coalesce(head.seq, 0);
  before := coalesce(head.hash, '\x');
  instant := udm_now();
  ids := ARRAY(SELECT nextval('audit_log_id_seq') FROM generate_series(1, jsonb_array_length(acts)));
  bodies := ARRAY(
    SELECT udm_audit_body(tenant, first + act.place, act.id, instant, act.kind, act."user", act.token, act.origin, act.action, act.object, act.object_id, act.detail)
    FROM ROWS FROM (
      jsonb_to_recordset(acts) AS (kind text, "user" uuid, token uuid, origin text, action text, object text, object_id text, detail jsonb), unnest(ids)
    ) WITH ORDINALITY AS act (kind, "user", token, origin, action, object, object_id, detail, id, place) ORDER BY act.place);
  FOR place IN 1..cardinality(bodies) LOOP
    before := sha256(before || bodies[place]);
    hashes[place] := before;
  END LOOP;
  INSERT INTO audit_log (id, tenant_id, seq, hash, at, actor_kind, actor_id, actor_token, origin, action, object_kind, object_id, detail)
    OVERRIDING SYSTEM VALUE
    SELECT act.id, tenant, first + act.place, act.hash, instant, act.kind, act."user", act.token, act.origin, act.action, act.object, act.object_id, act.detail
    FROM ROWS FROM (
      jsonb_to_recordset(acts) AS (kind text, "user" uuid, token uuid, origin text, action text, object text, object_id text, detail jsonb),
      unnest(ids), unnest(hashes)
    ) WITH ORDINALITY AS act (kind, "user", token, origin, action, object, object_id, detail, id, hash, place) ORDER BY act.place;
END $$;

-- What is on record already becomes the beginning of the chain.
ALTER TABLE audit_log NO FORCE ROW LEVEL SECURITY;
DO $$
DECLARE
  one audit_log;
  number bigint := 0;
  before bytea := '\x';
  tenant uuid;
BEGIN
  FOR one IN SELECT * FROM audit_log ORDER BY tenant_id, id LOOP
    IF tenant IS DISTINCT FROM one.tenant_id THEN
      tenant := one.tenant_id;
      number := 0;
      before := '\x';
    END IF;
    number := number + 1;
    before := sha256(before || udm_audit_body(one.tenant_id, number, one.id, one.at, one.actor_kind, one.actor_id, one.actor_token, one.origin,
      one.action, one.object_kind, one.object_id, one.detail));
    UPDATE audit_log SET seq = number, hash = before WHERE id = one.id;
  END LOOP;
END $$;
ALTER TABLE audit_log ALTER COLUMN seq SET NOT NULL, ALTER COLUMN hash SET NOT NULL;
ALTER TABLE audit_log FORCE ROW LEVEL SECURITY;

CREATE UNIQUE INDEX audit_chain ON audit_log (tenant_id, seq);
CREATE INDEX audit_of_actor ON audit_log (tenant_id, actor_id, seq);
CREATE INDEX audit_of_action ON audit_log (tenant_id, action, seq);
CREATE INDEX audit_of_time ON audit_log (tenant_id, at);

-- Where the chain of each tenant ends: read by whoever anchors it, before any tenant is set.
CREATE POLICY lookup ON audit_log FOR SELECT TO {{owner}} USING (true);
CREATE FUNCTION udm_audit_heads() RETURNS TABLE (tenant_id uuid, seq bigint, hash bytea)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS $$ SELECT t.id, head.seq, head.hash FROM tenant t,
    LATERAL (SELECT a.seq, a.hash FROM audit_log a WHERE a.tenant_id = t.id ORDER BY a.seq DESC LIMIT 1) head $$;
REVOKE EXECUTE ON FUNCTION udm_audit_heads FROM PUBLIC;
GRANT EXECUTE ON FUNCTION udm_audit_heads TO {{app}};
