import { lazy, Suspense } from 'react';
import type { SessionView } from '../../../src/contract/session.ts';

const AccountDialogs = lazy(() => import('./account-dialogs.tsx').then((module) => ({ default: module.AccountDialogs })));
const MissingFactor = lazy(() => import('./missing-factor.tsx').then((module) => ({ default: module.MissingFactor })));

/** Where they stand; they are loaded after the page. */
export function DialogsPlace({ session }: { session: SessionView }) {
  return (
    <Suspense fallback={null}>
      <AccountDialogs session={session} />
    </Suspense>
  );
}

/** In place of every page, until the second factor is set up that the tenant wants. */
export function FactorPlace() {
  return (
    <Suspense fallback={null}>
      <MissingFactor />
    </Suspense>
  );
}
