import type pg from 'pg';

/** Fills the lists by SQL: rows whose values repeat, are missing, and come in every state. Words are plain letters, so that every collation sorts them alike. */

const WORD = `(ARRAY['apple', 'banana', 'Cherry', 'date', 'elder', 'fig'])[1 + (n * 7) % 6]`;

/** Jobs of the tenant, numbered from `from`; every third has never run, every fourth is suspended. */
export async function insertJobs(client: pg.Client, tenantId: string, from: number, count: number): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `INSERT INTO export_job (tenant_id, user_id, title, description, source_id, type, run, date_range, state, created_at, next_run_at)
    SELECT $1, u.id, ${WORD} || 'job', '', s.id, (ARRAY['Interaction', 'Contact'])[1 + n % 2],
      CASE n % 3 WHEN 0 THEN '{"kind":"daily","time":"06:00","start":"2026-01-01T00:00:00Z","end":null}'::jsonb
        WHEN 1 THEN jsonb_build_object('kind', 'hourly', 'every', 1 + n % 5, 'minute', n % 60, 'start', '2026-01-01T00:00:00Z', 'end', null)
        ELSE '{"kind":"once","start":"immediately"}' END,
      '{"kind":"all"}', CASE n % 4 WHEN 0 THEN 'suspended' ELSE 'active' END,
      '2026-01-01T00:00:00Z'::timestamptz + make_interval(mins => n % 5), CASE WHEN n % 3 < 2 THEN '2027-01-01T00:00:00Z'::timestamptz + make_interval(hours => n % 4) END
    FROM generate_series($2::int, $2::int + $3::int - 1) n,
      (SELECT id FROM app_user WHERE tenant_id = $1 LIMIT 1) u, LATERAL (SELECT id FROM source WHERE tenant_id = $1 ORDER BY name OFFSET n % 2 LIMIT 1) s
    RETURNING id`,
    [tenantId, from, count],
  );
  return rows.map((row) => row.id);
}

/** Ended, waiting and missed runs without a job, with microseconds that JavaScript's dates do not have. */
export async function insertRuns(client: pg.Client, tenantId: string, from: number, count: number): Promise<string[]> {
  await client.query(
    `INSERT INTO job_title SELECT $1, lower(word || 'run') FROM unnest(ARRAY['apple', 'banana', 'cherry', 'date', 'elder', 'fig']) word ON CONFLICT DO NOTHING`,
    [tenantId],
  );
  const { rows } = await client.query<{ id: string }>(
    `INSERT INTO run (tenant_id, job_title, source_id, source_name, type, certificate_ids, trigger, scheduled_at, window_from, window_to, status,
      started_at, finished_at, rows_done)
    SELECT $1, ${WORD} || 'run', s.id, s.name, (ARRAY['Interaction', 'Contact'])[1 + n % 2], '{}', (ARRAY['schedule', 'run_now', 'backfill'])[1 + n % 3],
      '2026-02-01T00:00:00Z'::timestamptz + make_interval(secs => (n % 7) * 0.000001), CASE WHEN n % 2 = 0 THEN '2026-01-01T00:00:00Z'::timestamptz END,
      CASE WHEN n % 5 > 0 THEN '2026-01-02T00:00:00Z'::timestamptz + make_interval(hours => n % 3) END,
      (ARRAY['succeeded', 'failed', 'scheduled', 'missed', 'succeeded_no_data'])[1 + n % 5],
      CASE WHEN n % 5 NOT IN (2, 3) THEN '2026-02-01T00:10:00Z'::timestamptz + make_interval(secs => n % 4) END,
      CASE WHEN n % 5 <> 2 THEN '2026-02-01T00:20:00Z'::timestamptz + make_interval(secs => n % 6) END, n % 4
    FROM generate_series($2::int, $2::int + $3::int - 1) n, LATERAL (SELECT id, name FROM source WHERE tenant_id = $1 ORDER BY name OFFSET n % 2 LIMIT 1) s
    RETURNING id`,
    [tenantId, from, count],
  );
  return rows.map((row) => row.id);
}

/** A file for each of these runs. */
export async function insertFiles(client: pg.Client, runIds: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `WITH made AS (
      INSERT INTO artifact (tenant_id, run_id, part, file_name, object_key, row_count, bytes, sha256, created_at, expires_at, source_id, source_name, type, job_id, title_key)
      SELECT r.tenant_id, r.id, 1 + n % 3, r.source_name || '-' || r.type || '-' || r.id || '.zip.p7m', r.id || '/' || n, n % 4, n % 3, md5((n % 5)::text),
        '2026-02-01T00:00:00Z'::timestamptz + make_interval(secs => (n % 4) * 0.000001),
        CASE n % 3 WHEN 0 THEN '2026-02-02T00:00:00Z'::timestamptz ELSE '2096-03-01T00:00:00Z'::timestamptz + make_interval(days => (n % 3)::int) END,
        r.source_id, r.source_name, r.type, r.job_id, r.title_key
      FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM run WHERE id = ANY($1::uuid[])) r RETURNING id, run_id, file_key, bytes)
    , told AS (UPDATE run SET file_key = made.file_key, file_total = made.bytes FROM made WHERE run.id = made.run_id)
    SELECT id FROM made`,
    [runIds],
  );
  return rows.map((row) => row.id);
}
