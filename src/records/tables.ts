import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { WithdrawalReason } from '../domain/artifact.ts';
import type { TimeLeft, WhyUnknown } from '../domain/time-left.ts';
import type { RequestTables } from './data-requests/request-tables.ts';

type Stamp = Date;
type GeneratedStamp = ColumnType<Date, Date | undefined, Date>;
type Json<T> = ColumnType<T, string, string>;

interface Installation {
  singleton: Generated<boolean>;
  master_key_mark: string;
}
interface SigningKey {
  id: string;
  public_key: string;
  sealed_private_key: Buffer | null;
  created_at: GeneratedStamp;
  retired_at: Stamp | null;
}
interface RunManifest {
  run_id: string;
  tenant_id: string;
  job_id: string | null;
  sequence: number;
  body: Buffer;
  signature: Buffer;
  sha256: string;
  created_at: GeneratedStamp;
}
interface Tenant {
  id: Generated<string>;
  name: string;
  time_zone: Generated<string>;
  retention_days: Generated<number>;
  job_quota: Generated<number>;
  second_factor_required: Generated<boolean>;
  user_quota: Generated<number>;
  erasure_approval: Generated<boolean>;
  access_approval: Generated<boolean>;
  request_delay_hours: Generated<number>;
  phone_region: string | null;
  storage_quota_gigabytes: number | null;
  created_at: GeneratedStamp;
}
interface AppUser {
  id: Generated<string>;
  tenant_id: string;
  name: string;
  password_hash: string | null;
  sso_subject: string | null;
  roles: string[];
  state: Generated<'active' | 'suspended' | 'deleted'>;
  email: string | null;
  must_change_password: Generated<boolean>;
  notice_language: Generated<'en' | 'de'>;
  notice_kinds: string[] | null;
  created_at: GeneratedStamp;
}
interface Session {
  id: Generated<string>;
  tenant_id: string;
  user_id: string;
  token_hash: Buffer;
  csrf_token: string;
  method: Generated<'password' | 'sso'>;
  remembered: Generated<boolean>;
  idle_minutes: Generated<number>;
  last_used_at: GeneratedStamp;
  proved_at: GeneratedStamp;
  address: string | null;
  agent: string | null;
  created_at: GeneratedStamp;
  expires_at: Stamp;
}
interface SingleSignOn {
  tenant_id: string;
  issuer: string;
  client_id: string;
  sealed_secret: Buffer | null;
  name_claim: string;
  role_claim: string;
  roles: Json<Record<string, string>>;
  changed_at: GeneratedStamp;
}
interface SecondFactor {
  tenant_id: string;
  user_id: string;
  sealed_secret: Buffer;
  last_step: number | null;
  created_at: GeneratedStamp;
  confirmed_at: Stamp | null;
}
interface RecoveryCode {
  tenant_id: string;
  user_id: string;
  code_hash: string;
  used_at: Stamp | null;
}
interface Source {
  id: Generated<string>;
  tenant_id: string;
  name: string;
  connector: string;
  catalog: string;
  settings: Json<Record<string, unknown>>;
  sealed_secret: Buffer;
  writer_user: string | null;
  sealed_writer: Buffer | null;
  settle_seconds: Generated<number>;
  created_at: GeneratedStamp;
  version: Generated<number>;
  deleted_at: Date | null;
}
interface Certificate {
  id: Generated<string>;
  tenant_id: string;
  user_id: string;
  label: string;
  subject: string;
  issuer: string;
  serial: string;
  fingerprint: string;
  pem: string;
  key_bits: number;
  not_before: Stamp;
  not_after: Stamp;
  warnings: string[];
  created_at: GeneratedStamp;
  key_transport: Generated<'pkcs1' | 'oaep'>;
  content_cipher: Generated<'aes-256-cbc' | 'aes-256-gcm'>;
  proven_at: Stamp | null;
  proof_answers: Generated<number>;
  proof_answers_since: Stamp | null;
}
interface ExportJob {
  id: Generated<string>;
  tenant_id: string;
  user_id: string;
  version: Generated<number>;
  title: string;
  description: string;
  source_id: string;
  type: string;
  entity_types: string[] | null;
  run: Json<unknown>;
  date_range: Json<unknown>;
  state: 'active' | 'suspended';
  created_at: GeneratedStamp;
  time_zone: string;
  missed_runs: 'all' | 'latest' | 'none';
  split_megabytes: number | null;
  compression: Generated<'fast' | 'balanced' | 'small'>;
  format: Generated<'jsonl' | 'csv' | 'parquet'>;
  csv_formulas: Generated<'keep' | 'escape'>;
  planned_until: GeneratedStamp;
  next_run_at: Stamp | null;
  suspensions: Generated<number>;
  submitted_at: Stamp | null;
  chain_id: string | null;
}
interface Chain {
  id: Generated<string>;
  tenant_id: string;
  job_id: string;
  source_id: string;
  type: string;
  entity_types: string[] | null;
  begins: string;
  data_from: Stamp | null;
  edge: Stamp | null;
  arrival_edge: Stamp | null;
  created_at: GeneratedStamp;
}
interface Planner {
  singleton: Generated<boolean>;
  zone_data: string;
}
interface JobRecipient {
  tenant_id: string;
  job_id: string;
  certificate_id: string;
}

/** The time a run has left, or why nobody knows. */
export type TimeLeftRecord = TimeLeft | { readonly unknown: WhyUnknown };

export type RunStatus = 'scheduled' | 'queued' | 'running' | 'succeeded' | 'succeeded_no_data' | 'failed' | 'cancelled' | 'missed' | 'suppressed' | 'skipped';
export type RunTrigger = 'start' | 'schedule' | 'run_now' | 'resume' | 'backfill' | 'retry';

/** Why an attempt was made: the run got its turn, the attempt before died with its worker, or a person asked for it. */
export type AttemptCause = 'turn' | 'crash' | 'retry' | 'fault';

interface Run {
  id: Generated<string>;
  tenant_id: string;
  job_id: string | null;
  job_title: string;
  source_id: string;
  source_name: string;
  type: string;
  entity_types: string[] | null;
  certificate_ids: string[];
  trigger: RunTrigger;
  scheduled_at: Stamp;
  window_from: Stamp | null;
  window_to: Stamp | null;
  status: RunStatus;
  attempt: Generated<number>;
  fence: Generated<number>;
  phase: Generated<string>;
  rows_done: Generated<number>;
  rows_estimated: number | null;
  bytes_done: Generated<number>;
  file_bytes: Generated<number>;
  percent: number | null;
  time_left: Json<TimeLeftRecord> | null;
  started_at: Stamp | null;
  finished_at: Stamp | null;
  cancel_requested_at: Stamp | null;
  error_code: string | null;
  error_value: Json<unknown> | null;
  chain_id: string | null;
  late_from: Stamp | null;
  arrival_to: Stamp | null;
  covered_to: Stamp | null;
  suspension: number | null;
  settings_hash: Buffer | null;
  queued_at: Stamp | null;
  retry_at: Stamp | null;
  retries: Generated<number>;
  attempts_before: Generated<number>;
  hidden_at: Stamp | null;
  superseded_by: string | null;
  title_key: GeneratedAlways<string>;
  duration_ms: GeneratedAlways<number | null>;
  rows_total: GeneratedAlways<number | null>;
  file_total: number | null;
  file_key: string | null;
}
interface JobLatest {
  job_id: string;
  tenant_id: string;
  run_id: string | null;
  status: RunStatus | null;
  at: Stamp | null;
}
interface JobTitle {
  tenant_id: string;
  title_key: string;
}
interface RunAttempt {
  tenant_id: string;
  run_id: string;
  attempt: number;
  fence: number;
  started_at: GeneratedStamp;
  finished_at: Stamp | null;
  outcome: string | null;
  error_code: string | null;
  cause: Generated<AttemptCause>;
  worker: string | null;
  phases: Json<unknown>;
  error_value: Json<unknown> | null;
  row_count: number | null;
  bytes: number | null;
  file_bytes: number | null;
  rows_guessed: number | null;
}
interface RunEstimate {
  tenant_id: string;
  run_id: string;
  attempt: number;
  percent: number;
  job_id: string;
  basis: 'this_run' | 'past_runs';
  elapsed: number;
  reckoned_low: number;
  reckoned_high: number;
  shown_low: number;
  shown_high: number;
  time_left: number;
  created_at: GeneratedStamp;
}
interface RunSettings {
  tenant_id: string;
  hash: Buffer;
  settings: Json<unknown>;
}
interface Artifact {
  id: Generated<string>;
  tenant_id: string;
  run_id: string;
  part: number;
  file_name: string;
  object_key: string;
  row_count: number;
  bytes: number;
  sha256: string;
  created_at: GeneratedStamp;
  expires_at: Stamp;
  deleted_at: Stamp | null;
  source_id: string;
  source_name: string;
  type: string;
  job_id: string | null;
  title_key: string;
  file_key: GeneratedAlways<string>;
  object_gone_at: Stamp | null;
  withdrawn_for: WithdrawalReason | null;
  deletion_tries: Generated<number>;
  deletion_next_at: Stamp | null;
  deletion_error: string | null;
  damage: 'missing' | 'damaged' | null;
  damaged_at: Stamp | null;
}
interface ClockWatch {
  boot_id: string;
  anchor_database: number;
  anchor_boot: number;
  last_database: number;
  last_boot: number;
  floor: number;
}
interface RetentionHalt {
  id: GeneratedAlways<number>;
  cause: 'leap' | 'went_back';
  expected_at: Stamp;
  found_at: Stamp;
  agreed_at: Stamp | null;
}
interface OrphanObject {
  object_key: string;
  first_seen_at: GeneratedStamp;
}
interface Notice {
  id: Generated<string>;
  tenant_id: string;
  user_id: string;
  kind: string;
  about: string;
  occasion: string;
  facts: Json<unknown>;
  created_at: GeneratedStamp;
  tries: Generated<number>;
  next_at: Date | null;
  sent_at: Date | null;
  address: string | null;
  given_up_at: Date | null;
  error_code: string | null;
}
interface AuditCheck {
  tenant_id: string;
  checked_at: Date;
  records: number;
  found: number;
  code: string | null;
  number: number | null;
}
interface AuditLog {
  id: Generated<number>;
  tenant_id: string;
  at: GeneratedStamp;
  actor_kind: 'user' | 'system' | 'operator';
  actor_id: string | null;
  actor_token: string | null;
  origin: string | null;
  seq: number;
  hash: Buffer;
  action: string;
  object_kind: string;
  object_id: string | null;
  detail: Json<unknown>;
}
interface IdempotencyKey {
  tenant_id: string;
  user_id: string;
  key: string;
  action: string;
  body_hash: Buffer;
  object_id: string;
  created_at: GeneratedStamp;
}

interface BulkAct {
  id: Generated<string>;
  tenant_id: string;
  user_id: string;
  action: 'suspend' | 'resume' | 'delete' | 'run';
  missed: 'all' | 'latest' | 'none' | null;
  job_ids: string[];
  position: Generated<number>;
  done: Generated<number>;
  skipped: Json<unknown>;
  created_at: GeneratedStamp;
}

interface ApiToken {
  id: Generated<string>;
  tenant_id: string;
  user_id: string;
  name: string;
  scopes: string[];
  token_hash: Buffer;
  ending: string;
  created_at: GeneratedStamp;
  expires_at: Stamp;
  last_used_at: Stamp | null;
  revoked_at: Stamp | null;
}

/** The tables of migrations/, as Kysely sees them. */
export interface Tables extends RequestTables {
  installation: Installation;
  run_subjects: { run_id: string; tenant_id: string; subjects: Buffer };
  erasure_ledger_head: { seq: number; mark: string };
  signing_key: SigningKey;
  tenant: Tenant;
  app_user: AppUser;
  notice: Notice;
  session: Session;
  second_factor: SecondFactor;
  single_sign_on: SingleSignOn;
  recovery_code: RecoveryCode;
  source: Source;
  certificate: Certificate;
  export_job: ExportJob;
  chain: Chain;
  planner: Planner;
  job_recipient: JobRecipient;
  job_latest: JobLatest;
  job_title: JobTitle;
  run: Run;
  run_attempt: RunAttempt;
  run_estimate: RunEstimate;
  run_settings: RunSettings;
  artifact: Artifact;
  run_manifest: RunManifest;
  audit_check: AuditCheck;
  audit_log: AuditLog;
  idempotency_key: IdempotencyKey;
  bulk_act: BulkAct;
  api_token: ApiToken;
  clock_watch: ClockWatch;
  retention_halt: RetentionHalt;
  orphan_object: OrphanObject;
}
