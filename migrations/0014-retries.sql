-- A run whose attempt ended with a temporary cause waits and is tried again by itself. docs/decisions/0028.

ALTER TABLE run
  -- When it is tried again; null of every run that does not wait for that. The cause of the last attempt stands in error_code meanwhile.
  ADD COLUMN retry_at timestamptz;

ALTER TABLE run_attempt
  DROP CONSTRAINT run_attempt_cause_check,
  -- fault: the attempt before ended with a temporary cause.
  ADD CONSTRAINT run_attempt_cause_check CHECK (cause IN ('turn', 'crash', 'retry', 'fault'));
