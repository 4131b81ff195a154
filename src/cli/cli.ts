import { Command, CommanderError } from 'commander';
import { CodedError, ERRORS, type Problem } from '../errors.ts';
import { VERSION } from '../version.ts';
import { flagOfField } from './field-flags.ts';
import { note } from './terminal.ts';

const USAGE_EXIT = 2;
/** Every command, in the order of the help. Its module is loaded when it is asked for: opening a file needs neither server nor database. */
const COMMANDS: ReadonlyMap<string, () => Promise<(program: Command) => void>> = new Map([
  ['demo', async () => (await import('./commands/demo.ts')).registerDemo],
  ['serve', async () => (await import('./commands/serve.ts')).registerServe],
  ['job', async () => (await import('./commands/jobs.ts')).registerJobs],
  ['run', async () => (await import('./commands/runs.ts')).registerRuns],
  ['artifact', async () => (await import('./commands/artifacts.ts')).registerArtifacts],
  ['coverage', async () => (await import('./commands/coverage.ts')).registerCoverage],
  ['certificate', async () => (await import('./commands/certificates.ts')).registerCertificates],
  ['source', async () => (await import('./commands/sources.ts')).registerSources],
  ['tenant', async () => (await import('./commands/tenants.ts')).registerTenants],
  ['sso', async () => (await import('./commands/sso.ts')).registerSso],
  ['second-factor', async () => (await import('./commands/second-factor.ts')).registerSecondFactor],
  ['user', async () => (await import('./commands/users.ts')).registerUsers],
  ['role', async () => (await import('./commands/users.ts')).registerRoles],
  ['token', async () => (await import('./commands/tokens.ts')).registerTokens],
  ['login', async () => (await import('./commands/sign-in.ts')).registerLogin],
  ['logout', async () => (await import('./commands/sign-in.ts')).registerLogout],
  ['decrypt', async () => (await import('./commands/decrypt.ts')).registerDecrypt],
  ['verify', async () => (await import('./commands/verify.ts')).registerVerify],
  ['audit', async () => (await import('./commands/audit.ts')).registerAudit],
  ['request', async () => (await import('./commands/requests.ts')).registerRequests],
  ['hold', async () => (await import('./commands/requests.ts')).registerHolds],
  ['notice', async () => (await import('./commands/notices.ts')).registerNotices],
  ['retention', async () => (await import('./commands/retention.ts')).registerRetention],
  ['signing-key', async () => (await import('./commands/signing-key.ts')).registerSigningKeys],
  ['check', async () => (await import('./commands/check.ts')).registerCheck],
  ['repair', async () => (await import('./commands/check.ts')).registerRepair],
  ['doctor', async () => (await import('./commands/doctor.ts')).registerDoctor],
]);
/** Flags that may come more than once. */
const REPEATABLE = new Set(['--entity-type', '--recipient', '--role', '--scope', '--map']);
const SECRET_FLAG = /^--([a-z-]+-)?(password|passphrase|secret|token|credentials?)(=|$)/;

/** Runs one command and gives its exit code: 0, 2 usage, 3 refused, 4 not found, 5 conflict, 6 unavailable, 1 else. */
export async function runCli(args: readonly string[]): Promise<number> {
  const json = args.includes('--json');
  try {
    refuseOddFlags(args);
    await (await makeProgram(args[0], json)).parseAsync(args, { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      if (json) report(new CodedError('usage', { value: withoutValues(error.message) }), json);
      return USAGE_EXIT;
    }
    return report(error, json);
  }
}

/** `name`: of the command; when there is none of that name, all are there to be listed. */
async function makeProgram(name: string | undefined, json: boolean): Promise<Command> {
  const program = new Command('udm').description('UDM: export your contact-centre data, encrypted to your own certificates').version(VERSION);
  const asked = COMMANDS.get(name ?? '');
  for (const load of asked ? [asked] : COMMANDS.values()) (await load())(program);
  overrideExit(program, json);
  return program;
}

/** Every command as it is typed, its verb with it: "job create", "check". */
export async function listCommands(): Promise<string[]> {
  return namesUnder(await makeProgram(undefined, false), '');
}

function namesUnder(command: Command, before: string): string[] {
  return command.commands.flatMap((child) => {
    const name = `${before}${child.name()}`;
    return child.commands.length === 0 ? [name] : namesUnder(child, `${name} `);
  });
}

/** commander exits by itself unless told otherwise, and each sub-command needs telling. */
function overrideExit(command: Command, json: boolean): void {
  command
    .exitOverride()
    .showSuggestionAfterError(true)
    .showHelpAfterError(json ? false : '(see --help)');
  command.configureOutput({ outputError: (text, write) => (json ? undefined : write(withoutValues(text))) });
  for (const child of command.commands) overrideExit(child, json);
}

/** A mistyped flag is named, not what stands behind it: that may be a secret. */
function withoutValues(text: string): string {
  return text.replace(/(unknown option '-[^=']*)=[^']*'/g, "$1=…'");
}

function refuseOddFlags(args: readonly string[]): void {
  const seen = new Set<string>();
  for (const argument of args) {
    if (argument === '--') return;
    if (!argument.startsWith('--')) continue;
    const flag = argument.split('=')[0] as string;
    if (SECRET_FLAG.test(argument)) throw new CodedError('usage.secret', { field: flag, range: `${flag}-file FILE` });
    if (seen.has(flag) && !REPEATABLE.has(flag)) throw new CodedError('usage', { field: flag, value: 'given twice' });
    seen.add(flag);
  }
}

/** Errors go to standard error, as text or as JSON; nothing is half-done. */
function report(error: unknown, json: boolean): number {
  const coded = error instanceof CodedError ? error : new CodedError('internal', { cause: error });
  const { definition, details } = coded;
  if (json) {
    note(JSON.stringify({ error: { code: coded.code, text: definition.text, fix: definition.fix, ...details, cause: undefined } }));
    return definition.exit;
  }
  note(`${definition.text} (${coded.code})`);
  for (const [name, value] of [
    ['field', details.field],
    ['value', details.value],
    ['range', details.range],
  ] as const) {
    if (value !== undefined) note(`  ${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  }
  for (const problem of details.problems ?? []) note(problemLine(problem));
  note(`  next: ${definition.fix}`);
  if (coded.code === 'internal') note(placesOf(coded.cause));
  return definition.exit;
}

function problemLine({ code, field, value, range }: Problem): string {
  const flag = flagOfField(field);
  const given = value === undefined ? '' : `; given: ${JSON.stringify(value)}`;
  const allowed = range === undefined ? '' : `; allowed: ${JSON.stringify(range)}`;
  return `  ${field}${flag ? ` (${flag})` : ''}: ${ERRORS[code].text} ${ERRORS[code].fix} (${code}${given}${allowed})`;
}

/** Where an unexpected error came from: its kind and places in the code. Its message may quote data and stays out. */
function placesOf(cause: unknown): string {
  if (!(cause instanceof Error)) return `  kind: ${typeof cause}`;
  const places = (cause.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  return [`  kind: ${cause.name}`, ...places.slice(0, 8)].join('\n');
}
