import { lazy, Suspense } from 'react';

const RetentionNotice = lazy(() => import('./retention-notice.tsx').then((module) => ({ default: module.RetentionNotice })));

/** Where the notice stands; what asks for it is loaded after the page. */
export function NoticePlace() {
  return (
    <Suspense fallback={null}>
      <RetentionNotice />
    </Suspense>
  );
}
