import { access, constants, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { type App, openApp } from '../../app.ts';
import { type Config, loadConfig, PROGRAM_FOLDER } from '../../config/index.ts';
import { CodedError } from '../../errors.ts';
import { type Finding, proofsOf } from '../../operations/examine-installation.ts';
import { plainText, say, sayJson } from '../terminal.ts';

interface Told extends Finding {
  readonly check: string;
  /** warn: works, and something should be done. */
  readonly level: 'ok' | 'warn' | 'fail';
  /** The error that it was, for machines. */
  readonly code?: string;
}

const OLDEST_NODE = 24;
const OLD_ZONES_MONTHS = 18;

export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .description('Look at this installation and say what is wrong and how to mend it')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const findings = await examine(options.json ? () => {} : sayOne);
      const failed = findings.filter((one) => one.level === 'fail').length;
      const warned = findings.filter((one) => one.level === 'warn').length;
      if (options.json) sayJson({ ok: failed === 0, findings: findings.map((one) => ({ ok: one.level !== 'fail', ...one })) });
      else say(failed + warned === 0 ? 'All is well.' : `Failed: ${failed}. To look after: ${warned}.`);
      if (failed > 0) process.exitCode = 1;
    });
}

function sayOne({ check, level, detail, fix }: Told): void {
  say(`${{ ok: 'ok  ', warn: 'WARN', fail: 'FAIL' }[level]}  ${plainText(check)}: ${plainText(detail)}`);
  if (fix !== undefined) say(`      next: ${fix}`);
}

/** Looks at one thing after the other; what depends on something that failed is left out. */
async function examine(tell: (told: Told) => void): Promise<Told[]> {
  const all: Told[] = [];
  const look = async (check: string, work: () => Promise<Finding>): Promise<void> => {
    const told: Told = await work().then(
      (finding) => ({ check, level: finding.fix === undefined ? ('ok' as const) : ('warn' as const), ...finding }),
      (error: unknown) => ({ check, level: 'fail' as const, ...explain(error) }),
    );
    all.push(told);
    tell(told);
  };
  await look('node', checkNode);
  let config: Config | null = null;
  await look('settings', async () => {
    config = loadConfig({ UDM_LOG_LEVEL: 'fatal', ...process.env });
    return { detail: 'all settings are understood' };
  });
  if (config) await examineData(config, look);
  return all;
}

async function checkNode(): Promise<Finding> {
  const zones = process.versions['tz'] ?? 'unknown';
  const detail = `Node ${process.versions.node}, time zone data ${zones}`;
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) return { detail, fix: `Use Node ${OLDEST_NODE} or later.` };
  // The year of the zone data stands before its letter.
  const months = (Date.now() - Date.UTC(Number.parseInt(zones, 10), 0)) / (30.4 * 86_400_000);
  return months > OLD_ZONES_MONTHS + 12 ? { detail, fix: 'Update Node: countries have changed their clocks since this time zone data.' } : { detail };
}

async function examineData(config: Config, look: (check: string, work: () => Promise<Finding>) => Promise<void>): Promise<void> {
  let opened: App | null = null;
  await look('installation', async () => {
    const app = await openApp(config, 'guest');
    opened = app;
    const detail = `${config.databaseUrl ? 'the database given by UDM_DATABASE_URL' : 'the embedded PostgreSQL'} and the master key in ${app.dataFolder} belong together`;
    return app.ownsFolder
      ? { detail: `${detail}; no UDM runs here`, fix: 'Start "udm serve": without it no run is scheduled and no file deleted.' }
      : { detail };
  });
  if (!opened) return;
  const app = opened as App;
  try {
    await look('data folder', () => checkFolder(app.dataFolder));
    for (const { check, look: proof } of await proofsOf(app.services, path.join(PROGRAM_FOLDER, 'migrations'))) await look(check, proof);
  } finally {
    await app.stop();
  }
}

async function checkFolder(folder: string): Promise<Finding> {
  await access(folder, constants.R_OK | constants.W_OK | constants.X_OK).catch((cause: unknown) => {
    throw new CodedError('data_folder.unwritable', { value: folder, cause });
  });
  const artifacts = path.join(folder, 'artifacts');
  const open = ((await stat(artifacts)).mode & 0o077) !== 0;
  if (open) return { detail: `${artifacts} can be read by other users of this machine`, fix: `Run: chmod 700 ${artifacts}` };
  return { detail: `${folder} can be written, and its artifacts are for UDM alone` };
}

function explain(error: unknown): Pick<Told, 'detail' | 'fix' | 'code'> {
  if (!(error instanceof CodedError)) {
    return {
      detail: `it could not be looked at (${error instanceof Error ? error.name : typeof error})`,
      fix: 'Run it again; if it lasts, look into the log of "udm serve".',
    };
  }
  const { value, problems } = error.details;
  const more = value ?? problems;
  const shown = more === undefined ? '' : ` [${typeof more === 'string' ? more : JSON.stringify(more)}]`;
  return { detail: `${error.definition.text}${shown}`, fix: error.definition.fix, code: error.code };
}
