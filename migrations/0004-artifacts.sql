-- Artifacts end in two ways: at their one instant of expiry, or when somebody deletes them. The row stays either way.

ALTER TABLE artifact ADD COLUMN deleted_at timestamptz;

-- Asked at every range of a download: whether this person's download of this artifact is on record already.
CREATE INDEX audit_download ON audit_log (object_id, actor_id, at) WHERE action = 'artifact.downloaded';
