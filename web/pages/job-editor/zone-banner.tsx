import { Text } from '@mantine/core';
import { WarningAlert } from '../../components/warning-alert.tsx';
import { isSameZone } from '../../format/local-time.ts';
import { browserZone } from '../../format/time.ts';
import { strings } from '../../strings.ts';

const { editor: words } = strings;

/** Who edits a job of another zone reads its times, and is told so: nothing is converted behind their back. */
export function ZoneBanner({ zone }: { zone: string }) {
  const mine = browserZone();
  if (isSameZone(mine, zone)) return null;
  return (
    <WarningAlert title={words.zoneTitle(zone)}>
      <Text size="sm">{words.zoneText(zone, mine)}</Text>
    </WarningAlert>
  );
}
