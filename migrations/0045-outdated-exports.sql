-- A rectification names the exports that hold the person and withdraws none by itself: an officer decides.
ALTER TABLE data_request_artifact ALTER COLUMN withdrawn_at DROP NOT NULL;

ALTER TABLE artifact DROP CONSTRAINT artifact_withdrawn_for_check;
ALTER TABLE artifact ADD CONSTRAINT artifact_withdrawn_for_check
  CHECK (withdrawn_for IN ('wrong_data', 'wrong_recipient', 'person_erased', 'person_corrected', 'other'));
