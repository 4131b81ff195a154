/** Writes docs/reference and the table of the README from code and bench/results; with `--check` it only says whether what is there is fresh. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { type Setting, SETTINGS } from '../src/config/config.ts';
import { requestFileSchema } from '../src/contract/data-request.ts';
import { receiptSchema } from '../src/contract/receipt.ts';
import { type ErrorDefinition, ERRORS } from '../src/errors.ts';
import { buildOpenApi } from '../src/http/openapi.ts';
import { VERSION } from '../src/version.ts';
import { withSpeedTable } from './speed-table.ts';

const ROOT = path.dirname(import.meta.dirname);
const FOLDER = path.join(ROOT, 'docs/reference');
const BY_HAND = 'Made by `npm run docs` from the code; do not edit.';

const pages = new Map<string, string>([
  ['errors.md', errorsPage()],
  ['../formats/data-requests.schema.json', `${JSON.stringify(z.toJSONSchema(requestFileSchema, { target: 'draft-7', io: 'input' }), null, 2)}\n`],
  ['../formats/receipt.schema.json', `${JSON.stringify(z.toJSONSchema(receiptSchema, { target: 'draft-7' }), null, 2)}\n`],
  ['config.md', configPage(SETTINGS)],
  ['../../README.md', withSpeedTable(current('../../README.md') ?? '', path.join(ROOT, 'bench/results'))],
  ['openapi.json', `${JSON.stringify(await buildOpenApi(VERSION), null, 2)}\n`],
]);
const stale = [...pages].filter(([name, text]) => current(name) !== text).map(([name]) => name);
if (process.argv.includes('--check')) refuseStale(stale);
else write(stale);

function errorsPage(): string {
  const rows = Object.entries<ErrorDefinition>(ERRORS).map(([code, one]) =>
    row([`\`${code}\``, String(one.status), String(one.exit), one.permanent ? 'no' : 'yes', one.text, one.fix]),
  );
  return [
    '# Errors',
    '',
    BY_HAND,
    '',
    'Every error a person may see has a code that is never renamed and never reused. The API answers with',
    '`application/problem+json` and the status; the command line ends with the exit code.',
    '"Later" says whether trying again later can help.',
    '',
    row(['code', 'status', 'exit', 'later', 'meaning', 'what to do']),
    row(['---', '---', '---', '---', '---', '---']),
    ...rows,
    '',
  ].join('\n');
}

function configPage(settings: readonly Setting[]): string {
  const rows = settings.map((one) =>
    row([`\`${one.name}\``, one.type, one.default === '' ? '(empty)' : `\`${one.default}\``, one.secret ? 'yes' : '', one.doc]),
  );
  return [
    '# Settings',
    '',
    BY_HAND,
    '',
    'Settings are environment variables. Each may also be given as NAME_FILE, the path of a file that holds the value;',
    'the file of a secret must not be readable by others. All problems are reported at once, with the code `config.invalid`.',
    '',
    row(['name', 'type', 'default', 'secret', 'meaning']),
    row(['---', '---', '---', '---', '---']),
    ...rows,
    '',
  ].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

function current(name: string): string | null {
  const file = path.join(FOLDER, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

function refuseStale(names: readonly string[]): void {
  if (names.length === 0) return;
  console.error(`Not fresh: ${names.map((name) => path.normalize(`docs/reference/${name}`)).join(', ')}. Run: npm run docs`);
  process.exitCode = 1;
}

function write(names: readonly string[]): void {
  mkdirSync(FOLDER, { recursive: true });
  for (const name of names) writeFileSync(path.join(FOLDER, name), pages.get(name) as string);
  console.log(names.length === 0 ? 'docs/reference is fresh.' : `Written: ${names.join(', ')}`);
}
