import { strings } from '../../strings.ts';
import type { JobForm } from './job-form.ts';

const { editor, schedule } = strings;

/** Names of the empty inputs without which the next runs cannot be worked out, as they are labelled. */
export function missingFields(form: JobForm, hasTime: boolean): string[] {
  const empty = [...emptyOfRun(form), ...(hasTime ? emptyOfRange(form) : [])];
  return empty.filter(([, value]) => value.trim() === '').map(([label]) => label);
}

type Entry = readonly [label: string, value: string];

function emptyOfRun(form: JobForm): readonly Entry[] {
  if (form.runKind === 'once') return form.onceStart === 'at' ? [[schedule.at, form.at]] : [];
  const bounds: Entry[] = [];
  if (form.startKind === 'at') bounds.push([schedule.startMoment, form.start]);
  if (form.hasEnd) bounds.push([schedule.end, form.end]);
  const time: Entry = [schedule.time, form.time];
  switch (form.runKind) {
    case 'hourly':
      return [[schedule.every, form.every], [schedule.minute, form.minute], ...bounds];
    case 'weekly':
      return [[schedule.weekdays, form.weekdays.join('')], time, ...bounds];
    case 'daily':
    case 'monthly':
      return [time, ...bounds];
  }
}

function emptyOfRange(form: JobForm): readonly Entry[] {
  switch (form.rangeKind) {
    case 'all':
      return [];
    case 'last':
      return [[editor.count, form.count]];
    case 'since_previous':
      return form.dataFromKind === 'at' ? [[editor.dataFromMoment, form.dataFrom]] : [];
    case 'fixed': {
      const days = form.fixedBy === 'date';
      return [
        [days ? editor.firstDay : editor.from, form.from],
        [days ? editor.lastDay : editor.to, form.to],
      ];
    }
  }
}
