-- How files are encrypted to a certificate, and when its holder proved to open them.
ALTER TABLE certificate
  ADD key_transport text NOT NULL DEFAULT 'pkcs1' CHECK (key_transport IN ('pkcs1', 'oaep')),
  ADD content_cipher text NOT NULL DEFAULT 'aes-256-cbc' CHECK (content_cipher IN ('aes-256-cbc', 'aes-256-gcm')),
  ADD proven_at timestamptz,
  -- Answers to the challenge since then; after an hour they count anew.
  ADD proof_answers integer NOT NULL DEFAULT 0,
  ADD proof_answers_since timestamptz;
