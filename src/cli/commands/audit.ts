import { type Command, InvalidArgumentError, Option } from 'commander';
import { ACTOR_KINDS, type AuditRecordView, type AuditVerificationView } from '../../contract/audit.ts';
import { ERRORS, type ErrorCode } from '../../errors.ts';
import { getAuditVerification, listAuditFor } from '../../operations/read-audit.ts';
import { addListOptions, type ListOptions, noteOtherRows, readList } from '../list-pages.ts';
import { addPlaceOptions } from '../options.ts';
import { plainText, say, sayJson, sayTable } from '../terminal.ts';
import { type CommandContext, type PlaceOptions, withApp } from '../with-app.ts';

type Options = PlaceOptions & { readonly json?: boolean };

interface Filters {
  readonly who?: string;
  readonly by?: string;
  readonly action?: string;
  readonly objectKind?: string;
  readonly object?: string;
  readonly from?: string;
  readonly to?: string;
}

export function registerAudit(program: Command): void {
  const audit = program.command('audit').description('Who did what, when, from where; and whether that record is whole');
  addListOptions(addPlaceOptions(audit.command('list').description('List what was done, newest first')))
    .option('--who <name>', 'only what this user did')
    .addOption(new Option('--by <kind>', 'only what users did, operators at the command line, or UDM itself').choices([...ACTOR_KINDS]))
    .option('--action <names>', 'only these actions, with commas between, e.g. job.created,job.edited')
    .option('--object-kind <kind>', 'only on objects of this kind, e.g. job, run, artifact, user')
    .option('--object <id>', 'only on this object')
    .option('--from <time>', 'from this time on, e.g. 2026-03-01T00:00:00Z', instant)
    .option('--to <time>', 'before this time', instant)
    .action((options: Options & ListOptions & Filters) => withApp(options, (context) => list(context, options)));
  addPlaceOptions(audit.command('verify').description('Look at every record of the log and at its anchors outside the database')).action((options: Options) =>
    withApp(options, async ({ app, actor }) => {
      const seen = await getAuditVerification(app.services, actor);
      options.json ? sayJson(seen) : sayVerification(seen);
      // As "diff" does: 1 says that something was found.
      if (!seen.ok) process.exitCode = 1;
    }),
  );
}

async function list({ app, actor }: CommandContext, options: Options & ListOptions & Filters): Promise<void> {
  const { who, by, action, objectKind, object, from, to } = options;
  const filter = { user: who, by: by === undefined ? undefined : [by], action, objectKind, object, from, to };
  const page = await readList(options, (query) => listAuditFor(app.services, actor, { ...query, ...filter }));
  if (options.json) sayJson(page);
  else sayTable(['NUMBER', 'TIME', 'WHO', 'FROM', 'ACTION', 'OBJECT', 'DETAIL'], page.items.map(rowOf));
  noteOtherRows(page);
}

function rowOf({ number, at, by, from, action, object, detail }: AuditRecordView): readonly string[] {
  const details = Object.entries(detail).map(([name, value]) => `${name}=${plainText(String(value))}`);
  return [String(number), at, whoOf(by), from ?? '', action, `${object.kind} ${object.id ?? ''}`.trim(), details.join(' ')];
}

function whoOf({ kind, user, userId, tokenId }: AuditRecordView['by']): string {
  if (userId === null) return kind;
  const name = plainText(user ?? userId);
  return `${name}${kind === 'operator' ? ' (operator)' : ''}${tokenId === null ? '' : ' (token)'}`;
}

function sayVerification({ ok, records, verifiedUpTo, notAnchored, anchors, findings, found, badAnchorLines }: AuditVerificationView): void {
  for (const one of findings) {
    const { text, fix } = ERRORS[one.code as ErrorCode];
    const upTo = one.upTo === undefined || one.upTo === one.number ? '' : ` to ${one.upTo}`;
    say(`record ${one.number}${upTo}: ${text} (${one.code})`);
    if (one.recordedAt !== undefined) say(`  written ${one.recordedAt}, as it says; id ${one.id}`);
    say(`  next: ${fix}`);
  }
  if (found > findings.length) say(`… and ${found - findings.length} more.`);
  if (badAnchorLines.length > 0) {
    const { text, fix } = ERRORS['audit.anchor_changed'];
    say(`anchors, line ${badAnchorLines.join(', ')}: ${text} (audit.anchor_changed)`);
    say(`  next: ${fix}`);
  }
  say(`${records} ${records === 1 ? 'record' : 'records'}, ${anchors} ${anchors === 1 ? 'anchor' : 'anchors'}.`);
  if (verifiedUpTo) say(`Up to record ${verifiedUpTo.number} the log is what it was at ${verifiedUpTo.anchoredAt}.`);
  else say('No anchor speaks for it yet.');
  if (ok && notAnchored > 0) say(`The ${notAnchored} after it ${notAnchored === 1 ? 'is' : 'are'} whole, but not anchored yet.`);
  say(ok ? 'Nothing is wrong.' : 'The audit log was tampered with, or restored.');
}

function instant(text: string): string {
  const time = new Date(text);
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(time.getTime())) throw new InvalidArgumentError('A time looks like 2026-03-01T00:00:00Z.');
  return time.toISOString();
}
