import { Badge, Text } from '@mantine/core';
import type { ArtifactView } from '../../../src/contract/artifact.ts';
import { words as kept } from '../../components/retention/words.ts';
import { fullTimeIn } from '../../format/time.ts';
import { useShownZone } from '../../shown-zone.ts';
import { strings } from '../../strings.ts';

const { artifacts: words } = strings;

/** Fewer days than these are marked. */
const SOON = 3;

/** How long the file can still be had, and what became of it; the instants are in the title. */
export function Remaining({ artifact }: { artifact: ArtifactView }) {
  const timeZone = useShownZone();
  const { state, remainingDays, expiresAt, deletedAt, withdrawnFor, file } = artifact;
  const at = (instant: string | null) => fullTimeIn(timeZone, instant ?? expiresAt);
  if (state === 'deleted') return <Gone artifact={artifact} text={words.deleted} title={words.deletedAt(at(deletedAt))} />;
  if (state === 'withdrawn' && withdrawnFor !== null)
    return <Gone artifact={artifact} text={kept.withdrawn} title={kept.withdrawnAt(at(deletedAt), kept.reasons[withdrawnFor])} />;
  if (state === 'expired') return <Gone artifact={artifact} text={words.expired} title={words.expiredAt(at(expiresAt))} />;
  if (file.state === 'missing') return <Chip look="soon" text={kept.file.missing} title={kept.file.missingText(at(file.since))} />;
  if (file.state === 'damaged') return <Chip look="soon" text={kept.file.damaged} title={kept.file.damagedText(at(file.since))} />;
  const text = Date.parse(expiresAt) - Date.now() < 86_400_000 ? words.lastDay : words.days(remainingDays);
  return <Chip look={remainingDays < SOON ? 'soon' : 'calm'} text={text} title={words.until(at(expiresAt))} />;
}

/** Nobody can have it any more; its file may be in storage still. */
function Gone({ artifact: { file }, text, title }: { artifact: ArtifactView; text: string; title: string }) {
  const timeZone = useShownZone();
  const at = (instant: string | null) => (instant === null ? strings.app.notAvailable : fullTimeIn(timeZone, instant));
  const failed = file.state === 'failed';
  const more = failed ? kept.file.failed(file.tries, at(file.nextTryAt)) : file.state === 'gone' ? kept.file.gone(at(file.since)) : kept.file.toDelete;
  return (
    <>
      <Chip look="gone" text={text} title={`${title}. ${more}`} />
      {failed && (
        <Text component="span" size="xs" c="dimmed" display="block" className="udm-wide">
          {kept.file.failedShort(file.tries)}
        </Text>
      )}
    </>
  );
}

function Chip({ look, text, title }: { look: 'calm' | 'soon' | 'gone'; text: string; title: string }) {
  return (
    <Badge variant="outline" color="gray" radius="sm" className="udm-remaining" data-look={look} title={title} tt="none">
      {text}
    </Badge>
  );
}
