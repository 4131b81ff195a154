-- Of a data request: whether a correction may have changed anything, and how many people were confirmed.
ALTER TABLE data_request
  -- When a source was first let change rows for a rectification; null: nothing was changed. An erasure has its line in the ledger instead.
  ADD COLUMN touched_at timestamptz,
  ALTER COLUMN several_confirmed DROP NOT NULL,
  ALTER COLUMN several_confirmed DROP DEFAULT,
  -- For so many people a second person said that all of them are meant; null: nobody did.
  ALTER COLUMN several_confirmed TYPE integer USING CASE WHEN several_confirmed THEN people END;
ALTER TABLE data_request RENAME COLUMN several_confirmed TO confirmed_people;
