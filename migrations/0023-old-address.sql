-- A notice that goes to an address which is not the user's any more: that it was changed. Forgotten once it was sent or given up.
ALTER TABLE notice ADD COLUMN address text;
