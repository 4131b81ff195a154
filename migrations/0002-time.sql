-- Time: schedules, windows, missed runs. The words are those of docs/decisions/0010.

-- How long after its time a row may become visible in the source.
ALTER TABLE source ADD COLUMN settle_seconds integer NOT NULL DEFAULT 300 CHECK (settle_seconds BETWEEN 0 AND 2678400);

-- The ledger of a since-previous-run job: [data_from, edge) is published. A null data_from is the beginning of time, a null
-- edge there means that nothing is published yet. arrival_edge: rows that the source stored before it are published.
CREATE TABLE chain (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant_id uuid NOT NULL REFERENCES tenant,
  job_id uuid NOT NULL REFERENCES export_job ON DELETE CASCADE,
  source_id uuid NOT NULL REFERENCES source,
  type text NOT NULL,
  entity_types text[],
  -- What its job said of "Data from": start, all, or an instant; data_from is what became of it.
  begins text NOT NULL,
  data_from timestamptz,
  edge timestamptz,
  arrival_edge timestamptz,
  created_at timestamptz NOT NULL DEFAULT udm_now()
);
CREATE INDEX chain_job ON chain (job_id);

ALTER TABLE export_job
  ADD COLUMN time_zone text NOT NULL DEFAULT 'UTC',
  ADD COLUMN missed_runs text NOT NULL DEFAULT 'latest' CHECK (missed_runs IN ('all', 'latest', 'none')),
  -- Every occurrence up to it has its row.
  ADD COLUMN planned_until timestamptz NOT NULL DEFAULT udm_now(),
  -- When the planner looks again; null: there is nothing more to plan.
  ADD COLUMN next_run_at timestamptz,
  -- Counts suspensions, so that resume knows which runs the present one suppressed, whatever the clock did.
  ADD COLUMN suspensions integer NOT NULL DEFAULT 0,
  -- A job that runs once was submitted: from then on it is neither edited nor resumed.
  ADD COLUMN submitted_at timestamptz,
  ADD COLUMN chain_id uuid REFERENCES chain ON DELETE SET NULL;
-- FORCE binds the owner too; without lifting it the update would see no row.
ALTER TABLE export_job NO FORCE ROW LEVEL SECURITY;
UPDATE export_job SET submitted_at = created_at,
  time_zone = (SELECT time_zone FROM tenant WHERE tenant.id = export_job.tenant_id);
UPDATE export_job SET date_range = date_range || '{"calendar": false}' WHERE date_range->>'kind' = 'last';
ALTER TABLE export_job FORCE ROW LEVEL SECURITY;
CREATE INDEX export_job_due ON export_job (next_run_at) WHERE next_run_at IS NOT NULL;
-- A plan ahead of the clock means that the clock went back.
CREATE INDEX export_job_planned ON export_job (planned_until);

ALTER TABLE run
  ADD COLUMN chain_id uuid REFERENCES chain ON DELETE SET NULL,
  -- Late rows of this run: stored by the source in [late_from, arrival_to).
  ADD COLUMN late_from timestamptz,
  ADD COLUMN arrival_to timestamptz,
  -- How far its window counts as covered: rows of later times were not settled when it was read.
  ADD COLUMN covered_to timestamptz,
  -- Which suspension of its job suppressed it; null when resume no longer asks about it.
  ADD COLUMN suspension integer;
ALTER TABLE run DROP CONSTRAINT run_status_check, DROP CONSTRAINT run_trigger_check, DROP CONSTRAINT run_job_id_scheduled_at_key;
ALTER TABLE run
  ADD CONSTRAINT run_status_check CHECK (status IN
    ('scheduled', 'queued', 'running', 'succeeded', 'succeeded_no_data', 'failed', 'cancelled', 'missed', 'suppressed', 'skipped')),
  ADD CONSTRAINT run_trigger_check CHECK (trigger IN ('start', 'schedule', 'run_now', 'resume', 'backfill', 'retry'));
-- One instant of a job gives one run; several gaps may be filled at one instant.
CREATE UNIQUE INDEX run_one_per_instant ON run (job_id, scheduled_at) WHERE trigger <> 'backfill';
CREATE INDEX run_of_job ON run (job_id, scheduled_at DESC);
CREATE INDEX run_waiting ON run (job_id, scheduled_at) WHERE status = 'scheduled';
CREATE INDEX run_suppressed ON run (job_id, scheduled_at) WHERE status = 'suppressed';
-- What coverage asks for. Not by tenant first: it would be taken for looking up the runs of one job, and read all of the tenant's.
CREATE INDEX run_published ON run (source_id, type, window_to)
  WHERE status IN ('succeeded', 'succeeded_no_data', 'scheduled', 'queued', 'running');
CREATE INDEX run_of_chain ON run (chain_id) WHERE chain_id IS NOT NULL;
CREATE INDEX export_job_of_chain ON export_job (chain_id) WHERE chain_id IS NOT NULL;
CREATE INDEX artifact_run ON artifact (run_id);

-- One row: the zone data that next runs were reckoned with.
CREATE TABLE planner (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  zone_data text NOT NULL
);

ALTER TABLE chain ENABLE ROW LEVEL SECURITY;
ALTER TABLE chain FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON chain TO {{app}} USING (tenant_id = udm_tenant()) WITH CHECK (tenant_id = udm_tenant());

-- A volatile function in a comparison cannot use an index; a subquery is asked once and can.
-- The planner must find whose jobs are due before it knows the tenant: it learns tenants, nothing else.
CREATE POLICY lookup ON export_job FOR SELECT TO {{owner}} USING (true);
CREATE FUNCTION udm_find_due_tenants() RETURNS TABLE (tenant_id uuid)
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
  AS $$ SELECT DISTINCT d.tenant_id FROM (SELECT j.tenant_id FROM export_job j WHERE j.next_run_at <= (SELECT udm_now()) ORDER BY j.next_run_at LIMIT 10000) d $$;
CREATE FUNCTION udm_find_tenants_planned_ahead() RETURNS TABLE (tenant_id uuid)
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
  AS $$ SELECT DISTINCT j.tenant_id FROM export_job j WHERE j.planned_until > (SELECT udm_now() + interval '1 second') $$;
CREATE FUNCTION udm_find_tenants() RETURNS TABLE (tenant_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS $$ SELECT id FROM tenant $$;
REVOKE EXECUTE ON FUNCTION udm_find_due_tenants, udm_find_tenants_planned_ahead, udm_find_tenants FROM PUBLIC;
GRANT EXECUTE ON FUNCTION udm_find_due_tenants, udm_find_tenants_planned_ahead, udm_find_tenants TO {{app}};

GRANT SELECT, INSERT, UPDATE, DELETE ON chain TO {{app}};
GRANT SELECT, INSERT, UPDATE ON planner TO {{app}};
