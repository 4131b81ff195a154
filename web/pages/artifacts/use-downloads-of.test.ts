import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ArtifactView } from '../../../src/contract/artifact.ts';
import { startDownload } from '../../downloads/download.ts';
import { chooseSink, saveAddress } from '../../downloads/sinks.ts';
import { useDownloadsOf } from './use-downloads-of.ts';

const show = vi.hoisted(() => vi.fn());
vi.mock('@mantine/notifications', () => ({ notifications: { show } }));
vi.mock('../../api/queries.ts', () => ({ useSession: () => ({ tenant: 'default', user: 'admin' }) }));
vi.mock('../../downloads/download.ts', () => ({ startDownload: vi.fn() }));
vi.mock('../../downloads/sinks.ts', () => ({ canPause: () => true, chooseSink: vi.fn(), saveAddress: vi.fn() }));

const FILE = { id: 'a', fileName: 'file', bytes: 1, sha256: 'x' } as ArtifactView;

beforeEach(() => {
  vi.mocked(chooseSink).mockRejectedValue(new DOMException('private window', 'SecurityError'));
});
afterEach(() => {
  vi.clearAllMocks();
});

it('a file whose place the browser refuses is downloaded by its link', async () => {
  await useDownloadsOf().one(FILE);
  expect(saveAddress).toHaveBeenCalledWith('/api/artifacts/a/content', 'file');
  expect(startDownload).not.toHaveBeenCalled();
});

it('several files that cannot come as one say so', async () => {
  await useDownloadsOf().bundle(['a', 'b']);
  expect(show).toHaveBeenCalledWith(expect.objectContaining({ color: 'red', message: expect.stringContaining('one by one') }));
});

it('a person who does not choose a place gets nothing, without a word', async () => {
  vi.mocked(chooseSink).mockResolvedValue(null);
  await useDownloadsOf().one(FILE);
  await useDownloadsOf().bundle(['a', 'b']);
  for (const done of [saveAddress, startDownload, show]) expect(done).not.toHaveBeenCalled();
});
