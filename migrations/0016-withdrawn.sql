-- An artifact that must not be handed out any more, and why. It is deleted in every respect, and says that it was withdrawn.
ALTER TABLE artifact
  ADD COLUMN withdrawn_for text CHECK (withdrawn_for IN ('wrong_data', 'wrong_recipient', 'person_erased', 'other')),
  ADD CONSTRAINT withdrawn_is_deleted CHECK (withdrawn_for IS NULL OR deleted_at IS NOT NULL);
