-- How far this database knows the ledger of erasures, which is a file outside it: an older database is told by a file that is ahead.
CREATE TABLE erasure_ledger_head (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  seq bigint NOT NULL,
  mark text NOT NULL
);
INSERT INTO erasure_ledger_head (seq, mark) VALUES (0, '');
GRANT SELECT, UPDATE ON erasure_ledger_head TO {{app}};
