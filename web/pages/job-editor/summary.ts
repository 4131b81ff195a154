import { enumeration } from '../../format/numbers.ts';
import { dateIn, fullTimeIn } from '../../format/time.ts';
import { strings } from '../../strings.ts';
import { fixedInstant, type JobForm } from './job-form.ts';

const { editor: words } = strings;

/** The sentence under the form: what is exported to whom; when it runs is the server's sentence. */
export function summaryOf(form: JobForm, hasTime: boolean, labels: readonly string[], isSaved = false): string {
  if (form.source === '' || form.type === '') return words.summaryIncomplete;
  const what = form.allEntityTypes
    ? words.whatAll(form.type, form.source)
    : form.entityTypes.length === 0
      ? words.whatNone(form.type, form.source)
      : words.whatSome(enumeration(form.entityTypes, words.and), form.type, form.source);
  const who = labels.length === 0 ? words.whoNone : enumeration(labels, words.and);
  const immediately = form.runKind === 'once' && form.onceStart === 'immediately';
  return words.summary(what, hasTime ? rangeWords(form) : '', who, immediately && !isSaved ? words.whenSaved : '');
}

/** What a run exports, seen from its start; begins with a comma or a blank. */
export function rangeWords(form: JobForm): string {
  switch (form.rangeKind) {
    case 'all':
      return words.rangeAll;
    case 'since_previous':
      return words.rangeSince;
    case 'last': {
      const count = Number(form.count);
      if (!Number.isSafeInteger(count) || count < 1) return words.rangeOpen;
      return form.calendar ? words.rangeCalendar(count, form.unit) : words.rangeLast(count, form.unit);
    }
    case 'fixed':
      return fixedWords(form);
  }
}

function fixedWords(form: JobForm): string {
  const [from, to] = [fixedInstant(form, 'from'), fixedInstant(form, 'to')];
  if (from === '' || to === '') return words.rangeOpen;
  if (form.fixedBy === 'time') return words.rangeFixed(fullTimeIn(form.timeZone, from), fullTimeIn(form.timeZone, to));
  // The days as written: noon of a date is that date in UTC.
  return words.rangeDays(dateIn('UTC', `${form.from}T12:00Z`), dateIn('UTC', `${form.to}T12:00Z`));
}
