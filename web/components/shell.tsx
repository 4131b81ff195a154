import './shell.css';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef } from 'react';
import type { SessionView } from '../../src/contract/session.ts';
import { useRunEvents } from '../api/events.ts';
import { sessionQuery } from '../api/queries.ts';
import { listenToKeys } from '../shortcuts.ts';
import { TrayPlace } from '../downloads/tray-place.tsx';
import { strings } from '../strings.ts';
import { DialogsPlace, FactorPlace } from './account/dialogs-place.tsx';
import { ConnectionHint } from './connection-hint.tsx';
import { Loading } from './list-body.tsx';
import { Navigation } from './navigation.tsx';
import { ProblemAlert } from './problem-alert.tsx';
import { NoticePlace } from './retention/notice-place.tsx';
import { ShortcutHelp } from './shortcut-help.tsx';
import { UserMenu } from './user-menu.tsx';

const FirstPasswordPage = lazy(async () => ({ default: (await import('../pages/account/first-password-page.tsx')).FirstPasswordPage }));

/** Nothing else is shown before a password that somebody else made is changed; the way out is in the menu. */
function FirstPassword() {
  const { pathname } = useLocation();
  return pathname === '/sign-out' ? (
    <Outlet />
  ) : (
    <Suspense fallback={<Loading />}>
      <FirstPasswordPage />
    </Suspense>
  );
}

/** Header with navigation and user menu around every page that needs a signed-in person. */
export function Shell() {
  const { data: session, error, isPending } = useQuery(sessionQuery);
  const mayGoOn = session?.secondFactor !== 'missing';
  useRunEvents(session?.mayExport === true && mayGoOn);
  useEffect(listenToKeys, []);
  if (isPending) return <Loading />;
  if (error !== null && session === undefined) {
    return (
      <main className="udm-main">
        <ProblemAlert error={error} />
      </main>
    );
  }
  if (session === null || session === undefined) return <ToSignIn />;
  return (
    <>
      <Header session={session} />
      <ConnectionHint />
      {session.mayExport && mayGoOn && <NoticePlace />}
      <main id="main" className="udm-main" tabIndex={-1}>
        {session.mustChangePassword ? <FirstPassword /> : mayGoOn ? <Outlet /> : <FactorPlace />}
      </main>
      <ShortcutHelp />
      <DialogsPlace session={session} />
      <TrayPlace />
    </>
  );
}

/** Nobody wants to come back to the way out. */
const NO_WAY_BACK: ReadonlySet<string> = new Set(['/', '/sign-out']);

/** Leaves once, and remembers where to come back to: while it leaves, the location is already the sign-in page. */
function ToSignIn() {
  const navigate = useNavigate();
  const { href } = useLocation();
  const from = useRef(href);
  useEffect(() => {
    void navigate({ to: '/sign-in', search: NO_WAY_BACK.has(from.current) ? {} : { next: from.current }, replace: true });
  }, [navigate]);
  return <Loading />;
}

function Header({ session }: { session: SessionView }) {
  return (
    <header className="udm-header">
      <a href="#main" className="udm-skip">
        {strings.app.skip}
      </a>
      <div className="udm-bar">
        <Link to="/" className="udm-brand udm-focus" aria-label={strings.app.name}>
          <img src="/icon.svg" alt="" />
          <span className="udm-brand-name">{strings.app.name}</span>
        </Link>
        <Navigation session={session} />
        <UserMenu session={session} />
      </div>
    </header>
  );
}
