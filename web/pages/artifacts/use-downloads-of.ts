import type { ArtifactView } from '../../../src/contract/artifact.ts';
import { useSession } from '../../api/queries.ts';
import { startDownload } from '../../downloads/download.ts';
import { canPause, chooseSink } from '../../downloads/sinks.ts';

/** What one bundle may hold; the server says the same. */
export const MOST_BUNDLED = 100;

/** Begins downloads in the tray; each asks where to save, if the browser can ask. */
export function useDownloadsOf() {
  const { tenant, user } = useSession();
  const owner = `${tenant}\\${user}`;
  return {
    /** Whether the tray can take it; else the link of the file downloads it. */
    inTray: canPause(),
    async one({ id, fileName, bytes, sha256 }: ArtifactView): Promise<void> {
      const sink = await chooseSink(fileName);
      if (sink !== null) startDownload(fileName, owner, { path: `/api/artifacts/${id}/content`, bytes, sha256 }, sink);
    },
    async bundle(ids: readonly string[]): Promise<void> {
      const name = `udm-${ids.length}-files-${new Date().toISOString().slice(0, 19).replace(/[-:]/g, '')}Z.zip`;
      const sink = await chooseSink(name);
      if (sink !== null) startDownload(name, owner, { path: '/api/artifacts/bundle', body: { ids }, bytes: null }, sink);
    },
  };
}
