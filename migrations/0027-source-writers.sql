-- A second account of a source, used only to erase and correct what a data request asks for; without it UDM cannot change a source.

ALTER TABLE source
  ADD COLUMN writer_user text,
  ADD COLUMN sealed_writer bytea,
  ADD CONSTRAINT source_writer_whole CHECK ((writer_user IS NULL) = (sealed_writer IS NULL));
