-- How the file of a run is made: cut into parts, and packed. docs/decisions/0017.

ALTER TABLE export_job
  -- Null: a single file.
  ADD COLUMN split_megabytes int CHECK (split_megabytes BETWEEN 1 AND 4096),
  ADD COLUMN compression text NOT NULL DEFAULT 'fast' CHECK (compression IN ('fast', 'balanced', 'small'));
