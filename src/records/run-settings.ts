import { type RawBuilder, sql } from 'kysely';
import type { DateRange } from '../domain/date-range.ts';
import type { Compression, CsvFormulas, Format } from '../domain/file-settings.ts';
import type { JobRun, MissedRuns } from '../domain/job-run.ts';
import type { Tx } from './database.ts';

/** The settings of a job as they were when a run was made: kept once, by their hash, however many runs were made with them. */

export interface RunSettings {
  readonly version: number;
  readonly title: string;
  readonly description: string;
  readonly source: string;
  readonly type: string;
  /** Null means all of the type. */
  readonly entityTypes: readonly string[] | null;
  readonly timeZone: string;
  readonly run: JobRun;
  readonly range: DateRange;
  readonly missedRuns: MissedRuns;
  /** Left out in runs of before there was a choice: a single file. */
  readonly splitMegabytes?: number | null;
  /** Left out in runs of before there was a choice. */
  readonly compression?: Compression;
  /** Left out in runs of before there was a choice: JSON Lines. */
  readonly format?: Format;
  readonly csvFormulas?: CsvFormulas;
  readonly recipients: readonly { readonly id: string; readonly label: string; readonly fingerprint: string; readonly notAfter: string }[];
}

/** Ids of the certificates of `job`, in SQL. */
export const certificatesOfJob = sql`ARRAY(SELECT r.certificate_id FROM job_recipient r
  WHERE r.tenant_id = job.tenant_id AND r.job_id = job.id ORDER BY r.certificate_id)`;

/** The settings of `job` and `source` as they are now, in SQL; nothing of them is secret. */
export const settingsOfJob = sql`jsonb_build_object('job', job.id, 'version', job.version, 'title', job.title, 'description', job.description,
  'source', source.name, 'type', job.type, 'entityTypes', job.entity_types, 'timeZone', job.time_zone, 'run', job.run, 'range', job.date_range,
  'missedRuns', job.missed_runs, 'splitMegabytes', job.split_megabytes, 'compression', job.compression,
  'format', job.format, 'csvFormulas', job.csv_formulas, 'recipients', coalesce((SELECT jsonb_agg(jsonb_build_object('id', c.id, 'label', c.label, 'fingerprint', c.fingerprint,
    'notAfter', to_char(c.not_after AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) ORDER BY c.id)
    FROM job_recipient r JOIN certificate c ON c.id = r.certificate_id WHERE r.tenant_id = job.tenant_id AND r.job_id = job.id), '[]'))`;

export const hashOf = (settings: RawBuilder<unknown>) => sql`sha256(convert_to(${settings}::text, 'UTF8'))`;

/** Keeps what the named query (with tenant_id and settings) holds; what is kept already stays. Before the runs that refer to it, or with them. */
export const keepSettings = (of: RawBuilder<unknown>) => sql`INSERT INTO run_settings (tenant_id, hash, settings)
  SELECT DISTINCT tenant_id, ${hashOf(sql`settings`)}, settings FROM ${of} ON CONFLICT DO NOTHING`;

/** The settings that a run was made with; null for a run of before they were kept. */
export async function readRunSettings(tx: Tx, tenantId: string, runId: string): Promise<RunSettings | null> {
  const row = await tx
    .selectFrom('run')
    .innerJoin('run_settings as kept', (join) => join.onRef('kept.tenant_id', '=', 'run.tenant_id').onRef('kept.hash', '=', 'run.settings_hash'))
    .where('run.tenant_id', '=', tenantId)
    .where('run.id', '=', runId)
    .select(sql<RunSettings>`kept.settings`.as('settings'))
    .executeTakeFirst();
  return row?.settings ?? null;
}
