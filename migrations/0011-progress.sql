-- How far runs are, how long they will take, and what such estimates were worth. docs/decisions/0023.

ALTER TABLE run
  -- Shown by its attempts so far and never lowered: 100 is for runs that are published. Null before its first attempt.
  ADD COLUMN percent smallint CHECK (percent BETWEEN 0 AND 99),
  -- While it runs: {"from", "to", "basis"} in seconds, or {"unknown"} with the reason.
  ADD COLUMN time_left jsonb,
  DROP COLUMN seconds_left;

-- Rows that the source's planner guessed before they were read; null when they were counted.
ALTER TABLE run_attempt ADD COLUMN rows_guessed bigint;

-- Estimates of the time left of runs that then succeeded, and what it came to be. Milliseconds.
CREATE TABLE run_estimate (
  tenant_id uuid NOT NULL REFERENCES tenant,
  run_id uuid NOT NULL REFERENCES run ON DELETE CASCADE,
  attempt int NOT NULL,
  -- What the bar showed then.
  percent smallint NOT NULL CHECK (percent BETWEEN 0 AND 99),
  job_id uuid NOT NULL,
  basis text NOT NULL CHECK (basis IN ('this_run', 'past_runs')),
  -- Since the attempt began.
  elapsed bigint NOT NULL,
  -- Before earlier estimates widened or narrowed it.
  reckoned_low bigint NOT NULL,
  reckoned_high bigint NOT NULL,
  shown_low bigint NOT NULL,
  shown_high bigint NOT NULL,
  time_left bigint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT udm_now(),
  PRIMARY KEY (run_id, attempt, elapsed)
);
CREATE INDEX run_estimate_of_job ON run_estimate (tenant_id, job_id, created_at DESC, elapsed);
ALTER TABLE run_estimate ENABLE ROW LEVEL SECURITY;
ALTER TABLE run_estimate FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON run_estimate TO {{app}} USING (tenant_id = udm_tenant()) WITH CHECK (tenant_id = udm_tenant());
GRANT SELECT, INSERT ON run_estimate TO {{app}};
