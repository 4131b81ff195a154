/**
 * Every coded error of UDM. A code is stable: it is never renamed and never reused.
 * `text` is for people and carries no personal data; `fix` says what to do next.
 * `permanent: false` means that trying again later can help.
 * CLI exit codes: 2 usage, 3 refused, 4 not found, 5 conflict, 6 unavailable, 1 everything else.
 */
export interface ErrorDefinition {
  readonly status: number;
  readonly exit: number;
  readonly permanent: boolean;
  readonly text: string;
  readonly fix: string;
}

function define(status: number, permanent: boolean, text: string, fix: string): ErrorDefinition {
  return { status, exit: exitCodeOf(status), permanent, text, fix };
}

function exitCodeOf(status: number): number {
  if (status === 404 || status === 410) return 4;
  if (status === 409 || status === 412 || status === 428) return 5;
  if (status === 503) return 6;
  if (status === 401 || status === 403 || status === 429) return 3;
  if (status === 400 || status === 413 || status === 415 || status === 422) return 2;
  return 1;
}

export const ERRORS = {
  // Requests as such
  'request.invalid': define(422, true, 'The request has problems.', 'Mend the fields named in "errors" and send it again.'),
  'json.invalid': define(400, true, 'The body is not valid JSON.', 'Send UTF-8 JSON without a byte order mark; "value" names the position.'),
  'json.duplicate_key': define(400, true, 'The body names a property twice.', 'Send each property once.'),
  'body.too_large': define(413, true, 'The body is too large.', 'Send at most the size named in "range".'),
  'body.media_type': define(415, true, 'The body has the wrong content type.', 'Send application/json.'),
  'request.header': define(400, true, 'A request header is not acceptable.', 'Use the host name or address UDM listens on and no control characters.'),
  'property.unknown': define(422, true, 'This property is not known here.', 'Leave it out or check its spelling.'),
  'property.read_only': define(422, true, 'This property is set by UDM.', 'Leave it out.'),
  'field.type': define(422, true, 'The value has the wrong type.', 'Send the type named in "range".'),
  'field.required': define(422, true, 'The value is missing.', 'Send a value.'),
  'number.format': define(422, true, 'The value is not a plain whole number.', 'Send digits only, at most 9007199254740991.'),
  'query.invalid': define(422, true, 'A query parameter is out of range.', 'Use a value from "range".'),
  'cursor.invalid': define(
    422,
    true,
    'This place in the list cannot be found: it is damaged, of another list, or of another order.',
    'Send "next" or "previous" of an answer to the same list in the same order, or leave "cursor" out to begin at the start.',
  ),
  'not_found': define(404, true, 'There is no such thing here.', 'Check the address or the id.'),
  'version.mismatch': define(412, true, 'It was changed by somebody else meanwhile.', 'Read it again, look at the change, then repeat yours.'),
  'version.required': define(428, true, 'The request does not say which version it changes.', 'Send If-Match with the ETag you read.'),
  'idempotency.reused': define(409, true, 'This Idempotency-Key was used with another body.', 'Use a new key for a new request.'),
  'request.abandoned': define(400, false, 'Whoever asked did not wait for the answer.', 'Ask again.'),
  'idempotency.required': define(
    428,
    true,
    'This request needs an Idempotency-Key.',
    'Send a key of your own, the same one whenever you send this request again.',
  ),
  'selection.invalid': define(422, true, 'The selection is not right.', 'Send either "ids" or "filter".'),
  'selection.changed': define(
    409,
    true,
    'Other jobs are selected than when you looked: some came or went meanwhile.',
    'Look at the selection again; "value" says how many there are now.',
  ),
  'service.unavailable': define(503, false, 'UDM cannot reach its database just now.', 'Try again in a moment; if it lasts, run "udm doctor".'),
  'disk.full': define(503, false, 'The disk has too little free space.', 'Free some space in the data folder; nothing was changed.'),
  'internal': define(500, false, 'Something went wrong inside UDM.', 'Try again; if it lasts, look for the request id in the log.'),
  // People
  'sign_in.failed': define(401, true, 'Tenant, user name or password is not right.', 'Check all three; capital letters count in the password.'),
  'sign_in.required': define(401, true, 'You are not signed in.', 'Sign in and try again.'),
  'sign_in.too_many': define(429, false, 'Too many attempts.', 'Wait as long as "Retry-After" says.'),
  'permission.denied': define(403, true, 'Your roles do not allow this.', 'Ask a tenant administrator.'),
  // Jobs
  'title.required': define(422, true, 'A job needs a title.', 'Write a title of 1 to 200 characters.'),
  'title.too_long': define(422, true, 'The title is too long.', 'Use at most 200 characters.'),
  'title.control_characters': define(
    422,
    true,
    'The title has characters that cannot be shown.',
    'Leave out line breaks, control characters and direction marks.',
  ),
  'description.too_long': define(422, true, 'The description is too long.', 'Use at most 2000 characters.'),
  'description.control_characters': define(
    422,
    true,
    'The description has characters that cannot be shown.',
    'Leave out control characters other than line breaks.',
  ),
  'source.unknown': define(422, true, 'There is no such source.', 'Choose one of the sources listed under "range".'),
  'type.not_supported': define(422, true, 'This source does not offer that type.', 'Choose one of the types listed under "range".'),
  'entity_types.empty': define(422, true, 'No entity type is chosen.', 'Choose at least one, or switch "all" on.'),
  'entity_types.unknown': define(422, true, 'This entity type is unknown or named twice.', 'Use the names listed under "range", each once.'),
  'time_zone.unknown': define(
    422,
    true,
    'There is no such time zone.',
    'Use an IANA name such as Europe/Berlin; "range" lists the nearest. An offset is not a zone: it knows no clock changes.',
  ),
  'run.invalid': define(422, true, 'This way of running is not offered.', 'Choose one of those listed under "range".'),
  'every.range': define(422, true, 'The number of hours between runs is out of range.', 'Use a whole number from 1 to 23.'),
  'minute.range': define(422, true, 'The minute is out of range.', 'Use a whole number from 0 to 59.'),
  'weekday.invalid': define(422, true, 'The weekdays are not right.', 'Choose at least one, each once: 1 is Monday, 7 is Sunday.'),
  'day_of_month.range': define(422, true, 'The day of the month is out of range.', 'Use a whole number from 1 to 31, or "last" for the last day.'),
  'time.invalid': define(422, true, 'This is not a time of day.', 'Write hours and minutes as HH:MM, from 00:00 to 23:59.'),
  'start.past': define(422, true, 'The start lies in the past.', 'Choose a start to come; "value" shows the server time.'),
  'start.invalid': define(422, true, 'A job cannot start then.', 'Choose a date that exists, at most 5 years ahead.'),
  'start.conflict': define(422, true, 'The job is to start both immediately and at a date.', 'Send either "start" or "at".'),
  'end.order': define(422, true, 'The end of the job is not after its start.', 'Choose an end after the start, or none.'),
  'end.past': define(422, true, 'The end of the job lies in the past.', 'Choose an end to come, or none; "value" shows the server time.'),
  'schedule.never_fires': define(
    422,
    true,
    'The job would never run: its schedule has no time between its start and its end.',
    'Choose a later end, or another time; "range" shows the first end that lets it run.',
  ),
  'missed_runs.invalid': define(422, true, 'This way to treat missed runs is not offered.', 'Use "all", "latest" or "none".'),
  'split.range': define(
    422,
    true,
    'The size at which the file is split is out of range.',
    'Use a whole number of MB (1,048,576 bytes) inside "range", or leave it out for a single file. Other programs need three times the size of a part in memory to open it.',
  ),
  'compression.invalid': define(422, true, 'This compression is not offered.', 'Use "fast", "balanced" or "small".'),
  'format.invalid': define(422, true, 'This format is not offered.', 'Use "jsonl", "csv" or "parquet".'),
  'csv_formulas.invalid': define(422, true, 'This way to treat formulas in CSV is not offered.', 'Use "keep" or "escape".'),
  'range.required': define(422, true, 'The date range is missing.', 'Choose one of those listed under "range".'),
  'range.kind': define(
    422,
    true,
    'This kind of date range is not offered here.',
    'Choose one listed under "range": "since_previous" is for jobs that repeat, and a type without time offers only "all".',
  ),
  'range.repeats_same_data': define(
    422,
    true,
    'A fixed interval would export the same data at every run.',
    'Choose another date range, or let the job run once.',
  ),
  'range.order': define(422, true, 'The end is not after the start.', 'Choose an end after the start.'),
  'range.future': define(422, true, 'The end lies in the future.', 'Choose an earlier end; "value" shows the server time, or how far the source has settled.'),
  'range.too_long': define(422, true, 'The interval is too long.', 'Choose at most 100 years.'),
  'range.value': define(422, true, 'The number of units is out of range.', 'Use a whole number inside "range".'),
  'range.unit': define(422, true, 'This unit is not offered.', 'Use hours, days, weeks or months.'),
  'data_from.after_start': define(422, true, '"Data from" lies after the start of the job.', 'Choose the start or an earlier moment.'),
  'timestamp.invalid': define(422, true, 'This is not a date and time.', 'Write it like 2026-03-01T00:00:00Z.'),
  'timestamp.offset_required': define(422, true, 'The date and time names no offset.', 'Add Z or an offset such as +01:00.'),
  'recipients.required': define(422, true, 'No recipient is chosen.', 'Choose at least one certificate.'),
  'recipients.unknown': define(422, true, 'There is no such certificate.', 'Choose certificates of your tenant, each once.'),
  'certificate.none': define(409, true, 'There is no valid certificate to encrypt to.', 'Upload a certificate under User preferences first.'),
  'job.already_submitted': define(409, true, 'A job that runs once cannot be edited after it has started.', 'Clone it and change the copy.'),
  'job.in_progress': define(409, true, 'A run of this job is in progress.', 'Cancel the run or wait for its end.'),
  'job.just_run': define(409, true, 'This job was run less than a minute ago.', 'Look at that run in History; another can be started after a minute.'),
  'job.suspended_already': define(409, true, 'This job is suspended already.', 'Nothing to do.'),
  'job.active_already': define(409, true, 'This job is active already.', 'Nothing to do.'),
  'job.not_resumable': define(409, true, 'A job that ran once cannot be resumed.', 'Clone it to run it again.'),
  'job.ended': define(409, true, 'The schedule of this job is over.', 'Edit its end, run it now, or clone it.'),
  'run.missed': define(
    409,
    true,
    'UDM was not running when this run was due.',
    'A since-previous-run job covers its data with the next run; else retry this one.',
  ),
  'run.suppressed': define(409, true, 'The job was suspended when this run was due.', 'Resume the job; resuming asks which of these runs to make up.'),
  'run.nothing_new': define(
    409,
    true,
    'There is nothing new to export: everything up to the settle lag is published already.',
    'Try again later, or lower the settle lag of the source; "value" shows how far the data is published.',
  ),
  'run.window_conflict': define(409, true, 'The window of this run was published by another run meanwhile.', 'Nothing to do: the next run goes on from there.'),
  'window.not_settled': define(
    503,
    false,
    'The window of this run ends in the future of the source or of UDM.',
    'Set the clocks right; "value" shows them. The next run covers this time.',
  ),
  'coverage.changed': define(
    409,
    true,
    'Part of this stretch is covered by another run by now.',
    'Look at the gaps again and fill what is still open; "value" names the run.',
  ),
  // An assertion that does not hold is no conflict: it ends as test commands do, with 1.
  'coverage.incomplete': {
    ...define(
      409,
      true,
      'This stretch of time is not exported as was asserted.',
      'Look at it with "udm coverage", fill what is missing with "udm coverage fill"; "value" names the first stretches.',
    ),
    exit: 1,
  },
  'run.not_cancellable': define(409, true, 'This run has already ended.', 'Nothing is left to cancel.'),
  'run.in_progress': define(409, true, 'This run waits or is going.', 'Cancel it, or wait for its end.'),
  'run.not_retryable': define(
    409,
    true,
    'Only a run that failed, was cancelled, missed or suppressed can be retried.',
    'To export new data run its job now; to export this data again clone the run as a job.',
  ),
  'run.job_deleted': define(409, true, 'The job of this run was deleted.', 'Clone the run as a new job.'),
  'run.settings_changed': define(
    409,
    true,
    'The job exports other data than this run did: its source, type, entity types or date range was changed.',
    'Clone the run as a new job, or fill the gap under Coverage.',
  ),
  'run.covered': define(409, true, 'The data of this run was exported by a later run.', 'Nothing to do: a retry would export it twice.'),
  'run.covered_ahead': define(
    409,
    true,
    'A run that waits or is going will export the data of this one.',
    'Nothing to do: wait for that run, and retry it should it fail.',
  ),
  'test.proof_expired': define(409, true, 'This test is too old, or was not yours.', 'Test the settings again and open the new file.'),
  'quota.jobs': define(409, true, 'The tenant has as many jobs as it may have.', 'Delete jobs that are no longer needed; "range" shows the limit.'),
  // Certificates
  'certificate.unreadable': define(422, true, 'This is not an X.509 certificate UDM can read.', 'Upload one certificate as PEM or DER, at most 64 KB.'),
  'certificate.private_key_present': define(
    422,
    true,
    'The upload holds a private key. It was not stored.',
    'Treat this key as exposed, make a new pair, and upload the certificate only.',
  ),
  'certificate.expired': define(422, true, 'The certificate has expired.', 'Upload one that is valid now; "value" shows its dates and the server time.'),
  'certificate.not_yet_valid': define(
    422,
    true,
    'The certificate is not valid yet.',
    'Upload one that is valid now; "value" shows its dates and the server time.',
  ),
  'certificate.weak_key': define(422, true, 'The RSA key is too weak or malformed.', 'Use RSA 2048 to 8192 bits (3072 advised) with exponent 65537.'),
  'certificate.key_too_large': define(422, true, 'The RSA key is larger than UDM accepts.', 'Use RSA 2048 to 8192 bits.'),
  'certificate.key_usage': define(422, true, 'The certificate may not be used to encrypt keys.', 'Issue it with key usage keyEncipherment.'),
  'certificate.algorithm': define(422, true, 'The key type cannot be used for this.', 'Use an RSA key.'),
  'certificate.not_for_encryption': define(
    422,
    true,
    'The certificate is not meant for encryption.',
    'Use an end-entity certificate without CA:TRUE; an extended key usage must allow e-mail protection.',
  ),
  'certificate.ambiguous': define(422, true, 'The upload holds several end-entity certificates.', 'Upload one at a time.'),
  'certificate.critical_extension': define(422, true, 'The certificate has a critical extension UDM does not know.', 'Issue it without that extension.'),
  'certificate.duplicate': define(409, true, 'This certificate is already stored.', 'Use the stored one.'),
  'certificate.proof_limited': define(
    429,
    false,
    'There were too many answers for this certificate.',
    'Open a new file in an hour and type the word inside it.',
  ),
  'certificate.in_use': define(409, true, 'Jobs still use this certificate.', 'Delete those jobs first; "value" says how many.'),
  // Sources (causes of failed runs; plain words, no data)
  'source.unreachable': define(503, false, 'The source does not answer.', 'Check host, port and network; a run is tried again by itself.'),
  'source.authentication': define(503, true, 'The source refused the user name or password.', 'Correct the credentials of the source.'),
  'source.permission': define(503, true, 'The source does not let UDM read a table.', 'Grant SELECT on the table named in "value".'),
  'source.missing_table': define(
    503,
    true,
    'The source lacks a table that the catalog expects.',
    'Compare the catalog with the database; "value" names the table.',
  ),
  'source.missing_column': define(
    503,
    true,
    'The source lacks a column that the catalog expects.',
    'Compare the catalog with the database; "value" names the column.',
  ),
  'source.query': define(
    503,
    true,
    'The source could not answer a query of the catalog.',
    'Compare the types in the catalog with the database; "value" names the table and the SQLSTATE.',
  ),
  'source.interrupted': define(
    503,
    false,
    'The connection to the source broke while reading.',
    'A run is tried again by itself; if it repeats, look at the log of the source.',
  ),
  'source.too_slow': define(
    503,
    false,
    'The source took too long to answer.',
    'Try again when it is less busy; if it lasts, have an index made on the time column of the table named in "value".',
  ),
  'source.invalid': define(422, true, 'The settings of the source are not right.', 'Mend the fields named in "errors".'),
  'catalog.invalid': define(422, true, 'The catalog has problems.', 'Mend the places named in "errors".'),
  // Runs and files
  'run.cancelled': define(409, true, 'The run was cancelled.', 'Run it again if the data is still wanted.'),
  'run.lost_lease': define(409, false, 'Another worker took this run over.', 'Nothing to do: the other attempt goes on.'),
  'run.interrupted': define(503, false, 'UDM was stopped in the middle of the run.', 'Nothing to do: the run begins again when UDM starts.'),
  'run.crashed': define(503, false, 'The worker stopped in the middle of the run.', 'UDM tries again by itself; after 5 crashes the run is put in quarantine.'),
  'run.quarantined': define(
    409,
    true,
    'Five attempts in a row ended with the death of their worker, so the run is in quarantine: UDM does not try it again by itself.',
    'Look at memory and disk of the machine and at the log of UDM at the times of the attempts, then retry the run by hand.',
  ),
  'run.thread_ended': define(
    503,
    false,
    'A thread that was making the file ended unexpectedly.',
    'UDM tries again by itself. If it happens again, give the machine more memory, or run fewer jobs at once.',
  ),
  'run.certificate_invalid': define(
    409,
    true,
    "A recipient's certificate is not valid any more, so nothing was read.",
    'Upload a new certificate and choose it in the job.',
  ),
  'run.split_too_small': define(
    409,
    true,
    'A single row is bigger than the size at which the job splits its files, so nothing was published.',
    'Choose a bigger size in the job, or none, and retry the run; "value" shows the bytes that the file needs.',
  ),
  'run.value_unfit': define(
    409,
    true,
    'A value does not fit the type that its column has in Parquet, so nothing was published.',
    'Choose JSON Lines or CSV in the job, or correct the value in the source, and retry the run; "value" names the file and the column.',
  ),
  'storage.write_failed': define(503, false, 'The artifact could not be written.', 'Check that the data folder is writable and has free space.'),
  'storage.remove_failed': define(
    503,
    false,
    'The file could not be deleted from storage.',
    'UDM tries again by itself; check the disk and the rights of the data folder.',
  ),
  'storage.read_back': define(503, false, 'The stored file did not read back as it was written.', 'Check the disk; the file was removed and is not listed.'),
  'artifact.gone': define(410, true, 'The artifact has expired or was removed.', 'Run its window again.'),
  'artifact.deleted': define(410, true, 'The artifact was deleted.', 'Run its window again.'),
  'artifact.live': define(
    409,
    true,
    'The artifact can still be downloaded.',
    'Download it; its window need not run again before it has expired or is deleted.',
  ),
  'artifact.job_gone': define(409, true, 'The job of this artifact was deleted.', 'Create a job with the same source and type, and fill the stretch with it.'),
  'artifact.job_changed': define(
    409,
    true,
    'The job of this artifact exports another source, another type or fewer entity types by now.',
    'Create a job with the source, type and entity types of the artifact, and fill the stretch with it.',
  ),
  'download.changed': define(412, true, 'The file is not the one this download began with.', 'Begin the download anew.'),
  'download.range': define(416, true, 'The file has no such bytes.', 'Ask for bytes inside "range", or for the whole file.'),
  'file.not_encrypted': define(422, true, 'This is not a file UDM can decrypt.', 'Give a .zip.p7m file made by UDM or openssl (DER).'),
  'file.not_recipient': define(
    422,
    true,
    'The file was not encrypted to this key.',
    "Use the private key that belongs to one of the recipients' certificates.",
  ),
  'file.damaged': define(422, true, 'The file is damaged or was changed.', 'Download it again; "value" names the place.'),
  'file.signature': define(
    422,
    true,
    'The signature does not fit what it signs: it was changed, or another key made it.',
    'Get the file named in "value" again from where it came; if that does not help, do not rely on it.',
  ),
  'file.signer': define(
    422,
    true,
    'It was not signed by a key you trust.',
    'Compare "value", the id of the key, with the signing keys on the Preferences page of the UDM that should have made it.',
  ),
  'file.key': define(422, true, 'The private key cannot be read.', 'Give an RSA private key in PEM; for an encrypted key give its passphrase in a file.'),
  'file.unreadable': define(422, true, 'The file cannot be read.', 'Check its name and its rights; "value" names it.'),
  'file.unwritable': define(422, true, 'The folder cannot be written.', 'Choose another folder or change its rights; "value" names it.'),
  'file.exists': define(409, true, 'A file of that name is already there.', 'Choose another folder or move the file away.'),
  'file.too_many_open': define(
    422,
    false,
    'No more files can be open at once.',
    'Raise the limit ("ulimit -n 4096"), or end other programs, and try again; "value" names what could not be opened.',
  ),
  // All parts of a run at once
  'parts.missing': define(
    422,
    true,
    'Not all parts of the run are there.',
    'Give all files of the run; "value" says which are missing. One part alone opens when it is given alone.',
  ),
  'parts.double': define(422, true, 'A part of the run is there twice.', 'Give each file once; "value" names the two.'),
  'parts.other_run': define(422, true, 'The files are not of the same run.', 'Give the files of one run at a time; the one in "value" is of another.'),
  'parts.name': define(422, true, 'The file has the name of another part.', 'Give the file in "value" the name of the part in "range", or download it again.'),
  'parts.unnumbered': define(422, true, 'The file does not say which part of which run it is.', 'Open it alone.'),
  // What "udm verify" finds
  'verify.nothing': define(
    422,
    true,
    'There is nothing to check, or nothing to check it against.',
    'Give the files of a run with their .manifest.json and .manifest.json.sig ("udm run manifest"), or your private key with --key.',
  ),
  'verify.missing': define(422, true, 'This file belongs here and is not there.', 'Download it again, or look for it where the files were before.'),
  'verify.extra': define(
    422,
    true,
    'No run manifest lists this file.',
    'Save the manifest of its run beside it, or find out where the file comes from before you rely on it.',
  ),
  'verify.changed': define(422, true, 'The file is not the one that was made: its bytes differ.', 'Download it again.'),
  'verify.cut': define(422, true, 'The end of the file is missing.', 'Download it again.'),
  'verify.swapped': define(422, true, 'The file has the name of another one.', 'Give it the name in "is", or download both again.'),
  'verify.unsigned': define(422, true, 'There is no signature for it.', 'Save the .sig file beside the manifest; files of old versions of UDM have none.'),
  'verify.envelope': define(
    422,
    true,
    'What the file says of its recipients is not what was signed: it was encrypted anew, or changed outside its content.',
    'Its content is as it was made. Download it again for the file as it was made.',
  ),
  'verify.chain_gap': define(
    422,
    true,
    'Between the runs of this job some are left out.',
    'Save the manifests whose numbers are in "missing" ("udm run manifest --chain"), with their files.',
  ),
  'verify.chain_broken': define(
    422,
    true,
    "The manifest does not follow the job's manifest before it.",
    'Save both manifests again; if that does not help, do not rely on them.',
  ),
  'verify.chain_fork': define(
    422,
    true,
    'Two manifests claim the same place among the runs of this job.',
    'Save both again; one of them is not from this UDM, or UDM was restored from a backup in between.',
  ),
  // Start, settings, command line
  'usage': define(422, true, 'The command line is not right.', 'See "udm --help".'),
  'usage.secret': define(422, true, 'A secret must not stand on the command line.', 'Put it in a file or an environment variable.'),
  'config.invalid': define(422, true, 'The settings have problems.', 'Mend the settings named in "errors".'),
  'config.file_readable': define(422, true, 'A file with secrets can be read by others.', 'Run: chmod 600 on the file named in "value".'),
  'data_folder.locked': define(
    409,
    true,
    'Another UDM works in this data folder.',
    'Stop the process named in "value", or choose another folder with UDM_DATA.',
  ),
  'data_folder.unwritable': define(503, true, 'The data folder cannot be written.', 'Give UDM a folder it may write to, with UDM_DATA.'),
  'data_folder.network': define(409, true, 'The data folder lies on a network file system.', 'Use a folder on a local disk with UDM_DATA.'),
  'data_folder.version': define(409, true, 'The data folder was made by another version.', 'Use the version named in "value", or another folder.'),
  'engine.account': define(
    503,
    true,
    'PostgreSQL must not run as root and no account for it could be made.',
    'Run UDM as another user, or create the account named in "value".',
  ),
  'engine.platform': define(503, true, 'There is no embedded PostgreSQL for this platform.', 'Give your own PostgreSQL with UDM_DATABASE_URL.'),
  'engine.start_failed': define(503, false, 'The embedded PostgreSQL did not start.', 'Read the log file named in "value".'),
  'database.unreachable': define(503, false, 'The database does not answer.', 'Check UDM_DATABASE_URL and that the server runs.'),
  'database.role': define(503, true, 'The database role is a superuser or may bypass row-level security.', 'Give UDM a role without SUPERUSER and BYPASSRLS.'),
  'database.policy': define(503, true, 'A table holds tenant data without a row-level security policy.', 'Restore the policy on the table named in "value".'),
  'database.version': define(503, true, 'The database schema was made by another version of UDM.', 'Use the version that matches, or run its migrations.'),
  'demo.occupied': define(409, true, 'The data folder belongs to an installation that is not a demo.', 'Choose another folder for the demo with UDM_DATA.'),
} as const satisfies Record<string, ErrorDefinition>;

export type ErrorCode = keyof typeof ERRORS;

/** One thing that is wrong with one field. `value` never holds secrets or personal data. */
export interface Problem {
  readonly code: ErrorCode;
  readonly field: string;
  readonly value?: unknown;
  readonly range?: unknown;
}

export interface CodedErrorDetails {
  readonly field?: string;
  readonly value?: unknown;
  readonly range?: unknown;
  readonly problems?: readonly Problem[];
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/** The one error class of UDM: everything a person may see has a code. */
export class CodedError extends Error {
  readonly code: ErrorCode;
  readonly details: CodedErrorDetails;

  constructor(code: ErrorCode, details: CodedErrorDetails = {}) {
    super(`${code}: ${ERRORS[code].text}`, { cause: details.cause });
    this.name = 'CodedError';
    this.code = code;
    this.details = details;
  }

  get definition(): ErrorDefinition {
    return ERRORS[this.code];
  }
}

/** Throws one error that carries all problems, if there are any. */
export function refuseProblems(code: ErrorCode, problems: readonly Problem[]): void {
  if (problems.length > 0) throw new CodedError(code, { problems });
}
