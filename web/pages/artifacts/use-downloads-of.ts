import { notifications } from '@mantine/notifications';
import type { ArtifactView } from '../../../src/contract/artifact.ts';
import { useSession } from '../../api/queries.ts';
import { startDownload } from '../../downloads/download.ts';
import { canPause, chooseSink, saveAddress } from '../../downloads/sinks.ts';
import { strings } from '../../strings.ts';

const { artifacts: words } = strings;

/** "Part 2 of 5". */
function partWords(part: number, { parts }: ArtifactView['whole']): string {
  return `${words.columns.part} ${words.partOf(part, parts)}`;
}

/** Begins downloads in the tray; each asks where to save, if the browser can ask. */
export function useDownloadsOf() {
  const { tenant, user } = useSession();
  const owner = `${tenant}\\${user}`;
  return {
    /** Whether the tray can take it; else the link of a file downloads it, and several come one by one. */
    inTray: canPause(),
    async one({ id, fileName, bytes, sha256, part, whole }: ArtifactView): Promise<void> {
      const path = `/api/artifacts/${id}/content`;
      try {
        const sink = await chooseSink(fileName);
        if (sink !== null) startDownload({ name: fileName, owner, note: whole.parts > 1 ? partWords(part, whole) : null }, { path, bytes, sha256 }, sink);
      } catch {
        saveAddress(path, fileName);
      }
    },
    async bundle(ids: readonly string[], called?: string): Promise<void> {
      const name = called ?? `udm-${ids.length}-files-${new Date().toISOString().slice(0, 19).replace(/[-:]/g, '')}Z.zip`;
      try {
        const sink = await chooseSink(name);
        if (sink !== null) startDownload({ name, owner, note: null }, { path: '/api/artifacts/bundle', body: { ids }, bytes: null }, sink);
      } catch {
        notifications.show({ title: words.bundleRefused, message: words.oneByOne, color: 'red' });
      }
    },
  };
}
