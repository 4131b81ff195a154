import type { SourceStep } from '../../../src/contract/source-test.ts';
import { count } from '../../format/numbers.ts';
import type { StepEvent } from './use-source-test.ts';
import { words } from './words.ts';

const { test } = words;

type Facts = NonNullable<StepEvent['facts']>;

/** What a step found, as a sentence; '' where passing says all. */
export function factWords(step: SourceStep, facts: Facts): string {
  const text = (name: string): string => String(facts[name] ?? '');
  const number = (name: string): number => Number(facts[name] ?? 0);
  switch (step) {
    case 'resolve':
      return test.addresses(text('addresses'));
    case 'connect':
      return test.address(text('address'), text('port'));
    case 'tls':
      return facts['version'] === null ? test.plain : test.secured(text('version'), text('subject'), text('issuer'), text('validUntil').slice(0, 10));
    case 'server':
      return [`${test.server(text('version'), test.clock(number('behindSeconds')))}.`, facts['isReplica'] === true ? test.replica : ''].join(' ').trim();
    case 'rights':
      return facts['isSuperuser'] === true || text('writable') !== '' ? '' : test.readsOnly;
    case 'tables':
      return test.found(count(number('tables')), count(number('columns')));
    case 'writer':
      if (facts['user'] === null) return test.noWriter;
      return facts['isSuperuser'] === true || text('beyond') !== '' ? '' : test.writerExact(text('user'));
    case 'sample':
      return number('rows') === 0 ? test.noRows : test.rows(count(number('rows')), text('entityType'));
    default:
      return '';
  }
}

/** What passed, and yet ought to be otherwise. */
export function warningOf(step: SourceStep, facts: Facts): string | null {
  if (step === 'writer') return facts['isSuperuser'] === true ? test.writerSuperuser : facts['beyond'] ? test.writerBeyond(String(facts['beyond'])) : null;
  if (step !== 'rights') return null;
  if (facts['isSuperuser'] === true) return test.superuser;
  return facts['writable'] === '' ? null : test.writes(String(facts['writable']));
}
