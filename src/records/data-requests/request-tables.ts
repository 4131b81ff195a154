import type { ColumnType, Generated } from 'kysely';

type Stamp = Date;
type GeneratedStamp = ColumnType<Date, Date | undefined, Date>;
type Json<T> = ColumnType<T, string, string>;
/** A date without a time: read as text, never as an instant of some zone. */
type CalendarDate = ColumnType<never, string, string>;

interface DataRequest {
  id: Generated<string>;
  tenant_id: string;
  case_id: string;
  kind: 'access' | 'erasure' | 'rectification';
  state: Generated<string>;
  state_since: GeneratedStamp;
  received_on: CalendarDate;
  deadline_on: CalendarDate;
  deadline_at: Stamp;
  extended_at: Stamp | null;
  sealed_person: Buffer;
  label: string;
  identifier_types: string[];
  hashes: string[];
  sealed_identity_note: Buffer | null;
  begins: Generated<boolean>;
  sealed_extension_reason: Buffer | null;
  sealed_end_reason: Buffer | null;
  ground: string | null;
  duplicate_of: string | null;
  waits_for: string | null;
  created_by: string;
  created_at: GeneratedStamp;
  handled_by: Generated<string[]>;
  approvals: Json<unknown>;
  confirmed_people: number | null;
  people: number | null;
  round: Generated<number>;
  stop_until: Stamp | null;
  error_code: string | null;
  error_value: Json<unknown> | null;
  ledger_seq: number | null;
  touched_at: Stamp | null;
  unknown_exports: Generated<number>;
  ended_at: Stamp | null;
  key_destroyed_at: Stamp | null;
  version: Generated<number>;
}
interface DataRequestStep {
  tenant_id: string;
  request_id: string;
  phase: string;
  round: number;
  source_id: string | null;
  state: Generated<'waiting' | 'running' | 'done' | 'failed'>;
  attempt: Generated<number>;
  fence: Generated<number>;
  counts: Json<unknown>;
  error_code: string | null;
  error_value: Json<unknown> | null;
  leased_until: Stamp | null;
  started_at: Stamp | null;
  finished_at: Stamp | null;
}
interface DataRequestFinding {
  tenant_id: string;
  request_id: string;
  source_id: string;
  source_name: string;
  type: string;
  found: Generated<number>;
  shared: Generated<number>;
  uncertain: Generated<number>;
  kept: Generated<number>;
  done: Generated<number>;
  ground: string | null;
}
interface DataRequestSnapshot {
  tenant_id: string;
  request_id: string;
  part: string;
  sealed: Buffer;
}
interface DataRequestArtifact {
  tenant_id: string;
  request_id: string;
  artifact_id: string;
  run_id: string;
  file_name: string;
  source_name: string;
  type: string;
  withdrawn_at: ColumnType<Date | null, Date | null | undefined, Date>;
  downloads: Json<unknown>;
}
interface DataRequestPackage {
  tenant_id: string;
  request_id: string;
  object_key: string;
  file_name: string;
  row_count: number;
  bytes: number;
  sha256: string;
  recipients: string[];
  created_at: GeneratedStamp;
  expires_at: Stamp;
  object_gone_at: Stamp | null;
  fetched_at: Stamp | null;
  deletion_tries: Generated<number>;
  deletion_next_at: Stamp | null;
}
interface ErasureReplay {
  tenant_id: string;
  source_id: string;
  seq: number;
  request_id: string;
  hashes: string[];
  wanted_at: GeneratedStamp;
  done_at: Stamp | null;
  rows: Generated<number>;
}
interface LegalHold {
  id: Generated<string>;
  tenant_id: string;
  hashes: string[];
  label: string;
  sealed_reason: Buffer;
  placed_by: string;
  placed_at: GeneratedStamp;
  sealed_release_reason: Buffer | null;
  released_by: string | null;
  released_at: Stamp | null;
}
interface DataRequestReceipt {
  tenant_id: string;
  request_id: string;
  body: Buffer;
  signature: Buffer;
  sha256: string;
  created_at: GeneratedStamp;
}

/** The tables of data requests, as Kysely sees them. */
export interface RequestTables {
  data_request: DataRequest;
  data_request_step: DataRequestStep;
  data_request_finding: DataRequestFinding;
  data_request_snapshot: DataRequestSnapshot;
  data_request_artifact: DataRequestArtifact;
  data_request_package: DataRequestPackage;
  erasure_replay: ErasureReplay;
  legal_hold: LegalHold;
  data_request_receipt: DataRequestReceipt;
}
