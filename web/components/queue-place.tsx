import { Text } from '@mantine/core';
import type { RunView } from '../../src/contract/run.ts';
import { duration } from '../format/time.ts';
import { strings } from '../strings.ts';

const { place: words } = strings.history;

/** Of a run that waits: how many are before it, and roughly how long that takes, told as a range. */
export function QueuePlace({ run }: { run: RunView }) {
  const text = placeText(run);
  return text === '' ? null : (
    <Text size="xs" c="dimmed">
      {text}
    </Text>
  );
}

function placeText({ place }: RunView): string {
  if (place === null) return '';
  if (place.ahead === 0) return words.next;
  if (place.secondsFrom === null || place.secondsTo === null) return words.ahead(place.ahead);
  return `${words.ahead(place.ahead)}, ${words.about(duration(place.secondsFrom), duration(place.secondsTo))}`;
}
