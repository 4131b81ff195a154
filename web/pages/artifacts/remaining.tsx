import { Badge } from '@mantine/core';
import type { ArtifactView } from '../../../src/contract/artifact.ts';
import { fullTimeIn } from '../../format/time.ts';
import { useShownZone } from '../../shown-zone.ts';
import { strings } from '../../strings.ts';

const { artifacts: words } = strings;

/** Fewer days than these are marked. */
const SOON = 3;

/** How long the file can still be had; the instant is its title. */
export function Remaining({ artifact }: { artifact: ArtifactView }) {
  const timeZone = useShownZone();
  const { state, remainingDays, expiresAt, deletedAt } = artifact;
  if (state === 'deleted') return <Chip look="gone" text={words.deleted} title={words.deletedAt(fullTimeIn(timeZone, deletedAt ?? expiresAt))} />;
  if (state === 'expired') return <Chip look="gone" text={words.expired} title={words.expiredAt(fullTimeIn(timeZone, expiresAt))} />;
  const text = Date.parse(expiresAt) - Date.now() < 86_400_000 ? words.lastDay : words.days(remainingDays);
  return <Chip look={remainingDays < SOON ? 'soon' : 'calm'} text={text} title={words.until(fullTimeIn(timeZone, expiresAt))} />;
}

function Chip({ look, text, title }: { look: 'calm' | 'soon' | 'gone'; text: string; title: string }) {
  return (
    <Badge variant="outline" color="gray" radius="sm" className="udm-remaining" data-look={look} title={title} tt="none">
      {text}
    </Badge>
  );
}
