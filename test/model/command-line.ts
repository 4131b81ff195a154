import { bulkOf, instantText, type Names, timeText, type UserAct } from './door.ts';
import type { Schedule, Settings } from './model.ts';

/** An act as somebody would type it behind `udm`. */
export function commandOf(act: UserAct, names: Names): string[] {
  if (act.do === 'create') return ['job', 'create', '--source', 'UCSX', '--type', 'Interaction', '--last', '1 hour', ...flagsOf(act.settings, null)];
  if (act.do === 'cancel' || act.do === 'retry') return ['run', act.do, names.run(act.job, act.run)];
  if (act.do === 'deleteRun') return ['run', 'delete', names.run(act.job, act.run)];
  if (act.do === 'bulk') {
    const { action, selection, missed } = bulkOf(act, names);
    return ['job', action, ...selection.ids, ...(missed ? ['--missed', missed] : []), '--yes'];
  }
  const id = names.job(act.job);
  switch (act.do) {
    case 'edit':
      return ['job', 'edit', id, ...flagsOf(act.settings, names.known(act.job)?.schedule ?? null)];
    case 'resume':
      return ['job', 'resume', id, ...(act.missed ? ['--missed', act.missed] : [])];
    case 'clone':
      return ['job', 'clone', id, '--title', act.title];
    case 'runNow':
      return ['job', 'run', id];
    case 'suspend':
    case 'delete':
      return ['job', act.do, id];
  }
}

/** What no flag names stays as it is. */
function flagsOf({ title, schedule, missed }: Settings, stored: Schedule | null): string[] {
  return ['--title', title, '--missed', missed, ...(schedule === stored ? [] : scheduleFlags(schedule))];
}

function scheduleFlags(schedule: Schedule): string[] {
  if (schedule.kind === 'immediately') return ['--immediately'];
  if (schedule.kind === 'at') return ['--once-at', instantText(schedule.at)];
  const { rule, start, end } = schedule;
  const bounds = ['--start', instantText(start), '--end', end === null ? 'none' : instantText(end)];
  if (rule.kind === 'hourly') return ['--hourly', String(rule.every), '--minute', String(rule.minute), ...bounds];
  if (rule.kind === 'daily') return ['--daily', timeText(rule), ...bounds];
  return ['--weekly', rule.weekdays.join(','), '--at', timeText(rule), ...bounds];
}
