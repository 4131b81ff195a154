-- In what the data of a run are written. docs/decisions/0022.

ALTER TABLE export_job
  ADD COLUMN format text NOT NULL DEFAULT 'jsonl' CHECK (format IN ('jsonl', 'csv', 'parquet')),
  -- Of CSV; kept, but of no effect, while the job has another format.
  ADD COLUMN csv_formulas text NOT NULL DEFAULT 'keep' CHECK (csv_formulas IN ('keep', 'escape'));
