import { access, constants, mkdir } from 'node:fs/promises';
import type { Command } from 'commander';
import { openApp } from '../../app.ts';
import { loadConfig } from '../../config/index.ts';
import { CodedError } from '../../errors.ts';
import { checkDisk, checkIsolation, readClock } from '../../operations/check-installation.ts';
import { say, sayJson } from '../terminal.ts';

interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
}

export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .description('Check this installation and say what is wrong and how to mend it')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const findings = await examine();
      if (options.json) sayJson({ ok: findings.every((one) => one.ok), findings });
      else for (const one of findings) say(`${one.ok ? 'ok  ' : 'FAIL'}  ${one.check}: ${one.detail}`);
      if (findings.some((one) => !one.ok)) process.exitCode = 1;
    });
}

async function examine(): Promise<Finding[]> {
  const findings: Finding[] = [
    {
      check: 'node',
      ok: Number(process.versions.node.split('.')[0]) >= 24,
      detail: `Node ${process.versions.node}, time zone data ${process.versions['tz'] ?? 'unknown'} (24 or later is needed)`,
    },
  ];
  const look = async (check: string, work: () => Promise<string>) => {
    try {
      findings.push({ check, ok: true, detail: await work() });
      return true;
    } catch (error) {
      findings.push({ check, ok: false, detail: explain(error) });
      return false;
    }
  };
  let config: ReturnType<typeof loadConfig> | null = null;
  await look('settings', async () => {
    config = loadConfig({ UDM_LOG_LEVEL: 'fatal', ...process.env });
    return 'all settings are understood';
  });
  if (config) await examineData(config, look);
  return findings;
}

async function examineData(config: ReturnType<typeof loadConfig>, look: (check: string, work: () => Promise<string>) => Promise<boolean>): Promise<void> {
  let app: Awaited<ReturnType<typeof openApp>> | null = null;
  await look('database', async () => {
    app = await openApp(config, 'guest');
    return `answers, its time is ${await readClock(app.services)}`;
  });
  if (!app) return;
  const opened = app as Awaited<ReturnType<typeof openApp>>;
  try {
    await look('data folder', async () => {
      await mkdir(opened.dataFolder, { recursive: true });
      await access(opened.dataFolder, constants.W_OK);
      return `${opened.dataFolder} can be written`;
    });
    await look('isolation', async () => {
      await checkIsolation(opened.services);
      return 'the role is bound by row-level security and every table with a tenant forces it';
    });
    await look('disk', async () => {
      const free = await checkDisk(opened.services);
      return `${Math.floor(free / 1024 ** 3)} GB free`;
    });
  } finally {
    await opened.stop();
  }
}

function explain(error: unknown): string {
  if (!(error instanceof CodedError)) return error instanceof Error ? error.name : 'unknown';
  const value = error.details.value === undefined ? '' : ` [${JSON.stringify(error.details.value)}]`;
  return `${error.definition.text}${value} ${error.definition.fix} (${error.code})`;
}
