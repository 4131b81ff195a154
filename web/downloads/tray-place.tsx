import { lazy, Suspense } from 'react';
import { useDownloads } from './list.ts';

const DownloadsTray = lazy(() => import('./downloads-tray.tsx').then((module) => ({ default: module.DownloadsTray })));

/** Where the tray stands; nothing of it is loaded before the first download. */
export function TrayPlace() {
  if (useDownloads().length === 0) return null;
  return (
    <Suspense fallback={null}>
      <DownloadsTray />
    </Suspense>
  );
}
