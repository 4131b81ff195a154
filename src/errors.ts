import { define, type ErrorDefinition } from './errors/definition.ts';
import { AUDIT_ERRORS } from './errors/audit.ts';
import { DATA_REQUEST_ERRORS } from './errors/data-requests.ts';
import { JOB_ERRORS } from './errors/jobs.ts';
import { KEEPING_ERRORS } from './errors/keeping.ts';
import { LEDGER_ERRORS } from './errors/ledger.ts';
import { MAIL_ERRORS } from './errors/mail.ts';
import { PEOPLE_ERRORS } from './errors/people.ts';
import { SECRET_ERRORS } from './errors/secrets.ts';
import { SOURCE_ERRORS } from './errors/sources.ts';
import { SIGN_IN_ERRORS } from './errors/sign-in.ts';

export type { ErrorDefinition } from './errors/definition.ts';

/**
 * Every coded error of UDM. A code is stable: it is never renamed and never reused.
 * `text` is for people and carries no personal data; `fix` says what to do next.
 * `permanent: false` means that trying again later can help.
 * CLI exit codes: 2 usage, 3 refused, 4 not found, 5 conflict, 6 unavailable, 1 everything else.
 */
export const ERRORS = {
  // Requests as such
  'request.invalid': define(422, true, 'The request has problems.', 'Mend the fields named in "errors" and send it again.'),
  'json.invalid': define(400, true, 'The body is not valid JSON.', 'Send UTF-8 JSON without a byte order mark; "value" names the position.'),
  'json.duplicate_key': define(400, true, 'The body names a property twice.', 'Send each property once.'),
  'body.too_large': define(413, true, 'The body is too large.', 'Send at most the size named in "range".'),
  'body.media_type': define(415, true, 'The body has the wrong content type.', 'Send application/json.'),
  'request.too_many': define(
    429,
    false,
    'There were too many requests in the last minute, or too many streams are open.',
    'Wait as long as "Retry-After" says; ask less often, or for more at once; close streams that nobody reads.',
  ),
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
  ...SIGN_IN_ERRORS,
  'permission.denied': define(
    403,
    true,
    'Your roles do not allow this.',
    'Ask a tenant administrator for a role that does; on the command line "--user" says who acts.',
  ),
  ...AUDIT_ERRORS,
  ...LEDGER_ERRORS,
  ...MAIL_ERRORS,
  ...PEOPLE_ERRORS,
  ...JOB_ERRORS,
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
  'certificate.challenge_spent': define(422, true, 'This file has been used to prove the certificate already.', 'Make a new file and type the word inside it.'),
  'certificate.challenge_failed': define(
    422,
    true,
    'This is not the word inside the file; the certificate is not proven.',
    'Open the file, and type what stands at "proofWord" in Proof.jsonl; capitals, blanks and hyphens do not count.',
  ),
  'certificate.challenge_expired': define(
    422,
    true,
    'This file is more than a day old, or was made for another certificate or by somebody else.',
    'Make a new file and type the word inside it.',
  ),
  'certificate.in_use': define(
    409,
    true,
    'Jobs still use this certificate.',
    'Choose another certificate in those jobs or delete them; "value" says how many there are, and names those you may see.',
  ),
  ...SOURCE_ERRORS,
  ...SECRET_ERRORS,
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
  'storage.read_back': define(503, false, 'The stored file did not read back as it was written.', 'Check the disk; the file was removed and is not listed.'),
  'artifact.gone': define(410, true, 'The artifact has expired or was removed.', 'Run its window again.'),
  'artifact.deleted': define(410, true, 'The artifact was deleted.', 'Run its window again.'),
  'artifact.withdrawn': define(
    410,
    true,
    'The artifact was withdrawn: it should not have been made or handed out.',
    'Delete what you downloaded of it. Its window can run again; "value" says why it was withdrawn.',
  ),
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
  ...KEEPING_ERRORS,
  ...DATA_REQUEST_ERRORS,
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
  'usage.identifier': define(
    422,
    true,
    'What names a person must not stand on the command line.',
    'Put identifiers in a file and give its name, or "-" for standard input.',
  ),
  'config.invalid': define(422, true, 'The settings have problems.', 'Mend the settings named in "errors".'),
  'config.file_readable': define(422, true, 'A file with secrets can be read by others.', 'Run: chmod 600 on the file named in "value".'),
  'config.port_taken': define(
    409,
    true,
    'Another program listens on the port of UDM.',
    'Stop the program that has the address in "value", or choose another port with UDM_PORT.',
  ),
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
  'database.too_old': define(503, true, 'The PostgreSQL server is too old.', 'Use PostgreSQL 15 or later.'),
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
