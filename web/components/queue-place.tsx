import { Text } from '@mantine/core';
import type { RunView } from '../../src/contract/run.ts';
import { duration, fullTimeIn } from '../format/time.ts';
import { useShownZone } from '../shown-zone.ts';
import { strings } from '../strings.ts';

const { place: words } = strings.history;

/** Of a run that waits: when it is tried again, or how many are before it, and roughly how long that takes, told as a range. */
export function QueuePlace({ run }: { run: RunView }) {
  const text = placeText(run, useShownZone());
  return text === '' ? null : (
    <Text size="xs" c="dimmed">
      {text}
    </Text>
  );
}

function placeText({ place, retryAt }: RunView, timeZone: string): string {
  if (retryAt !== null) return words.triesAgain(fullTimeIn(timeZone, retryAt));
  if (place === null) return '';
  if (place.ahead === 0) return words.next;
  if (place.secondsFrom === null || place.secondsTo === null) return words.ahead(place.ahead);
  return `${words.ahead(place.ahead)}, ${words.about(duration(place.secondsFrom), duration(place.secondsTo))}`;
}
