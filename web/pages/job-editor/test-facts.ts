import type { TestStep } from '../../../src/contract/job-test.ts';
import { byteSize, count } from '../../format/numbers.ts';
import { dateIn, duration, fullTimeIn } from '../../format/time.ts';
import { strings } from '../../strings.ts';
import { stretchWords } from './stretch-words.ts';
import type { StepEvent } from './use-job-test.ts';

const { facts: words } = strings.trial;

type Facts = NonNullable<StepEvent['facts']>;
/** Clocks of two machines are never the same. */
const AGREES_SECONDS = 2;

/** What a step found, in a sentence. */
export function factWords(step: TestStep, facts: Facts, zone: string): string {
  switch (step) {
    case 'settings':
      return typeof facts['firstRunAt'] === 'string' ? words.firstRun(fullTimeIn(zone, facts['firstRunAt'])) : words.noRun;
    case 'recipients':
      return words.certificate(dateIn(zone, String(facts['validUntil'])));
    case 'source':
      return clockWords(Number(facts['behindSeconds']));
    case 'tables':
      return words.entityTypes(Number(facts['entityTypes']));
    case 'rows':
      return rowWords(facts, zone);
    case 'sample':
      return words.read(Number(facts['rows']));
    case 'encrypt':
      return words.bytes(byteSize(Number(facts['bytes'])));
  }
}

function clockWords(behind: number): string {
  if (Math.abs(behind) <= AGREES_SECONDS) return words.clockRight;
  return behind > 0 ? words.clockBehind(duration(behind)) : words.clockAhead(duration(-behind));
}

function rowWords({ rows, from, to, isEarlier }: Facts, zone: string): string {
  const window = stretchWords({ from: from === null ? null : String(from), to: to === null ? null : String(to) }, zone);
  const number = count(Number(rows));
  return isEarlier === true ? words.rowsEarlier(number, window) : words.rows(number, window);
}
