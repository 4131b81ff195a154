-- Which people the files of a run hold, as a set of keyed hashes (src/domain/data-requests/subject-index.ts). It goes with the last of its files.
CREATE TABLE run_subjects (
  run_id uuid PRIMARY KEY REFERENCES run ON DELETE CASCADE,
  tenant_id uuid NOT NULL REFERENCES tenant,
  subjects bytea NOT NULL
);
-- It is as small as it can be already.
ALTER TABLE run_subjects ALTER COLUMN subjects SET STORAGE EXTERNAL;
ALTER TABLE run_subjects ENABLE ROW LEVEL SECURITY;
ALTER TABLE run_subjects FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON run_subjects TO {{app}} USING (tenant_id = udm_tenant()) WITH CHECK (tenant_id = udm_tenant());
GRANT SELECT, INSERT, DELETE ON run_subjects TO {{app}};
CREATE INDEX run_subjects_tenant ON run_subjects (tenant_id);
