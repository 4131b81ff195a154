import { Button, Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import type { SessionView } from '../../src/contract/session.ts';
import { useRunEvents } from '../api/events.ts';
import { useSignOut } from '../api/mutations.ts';
import { sessionQuery } from '../api/queries.ts';
import { strings } from '../strings.ts';
import { ChevronIcon, UserIcon } from './icons.tsx';
import { Loading } from './list-body.tsx';
import { ProblemAlert } from './problem-alert.tsx';

/** Header with tabs and user menu around every page that needs a signed-in person. */
export function Shell() {
  const { data: session, error, isPending } = useQuery(sessionQuery);
  useRunEvents(session?.mayExport === true);
  if (isPending) return <Loading />;
  if (error !== null && session === undefined) {
    return (
      <main className="udm-main">
        <ProblemAlert error={error} />
      </main>
    );
  }
  if (session === null || session === undefined) {
    return <ToSignIn />;
  }
  return (
    <>
      <Header session={session} />
      <main id="main" className="udm-main" tabIndex={-1}>
        <Outlet />
      </main>
    </>
  );
}

/** Leaves once, and remembers where to come back to: while it leaves, the location is already the sign-in page. */
function ToSignIn() {
  const navigate = useNavigate();
  const { href } = useLocation();
  const from = useRef(href);
  useEffect(() => {
    void navigate({ to: '/sign-in', search: from.current === '/' ? {} : { next: from.current }, replace: true });
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
        <Link to="/" className="udm-brand udm-focus">
          <img src="/icon.svg" alt="" />
          {strings.app.name}
        </Link>
        {session.mayExport ? (
          <nav className="udm-tabs" aria-label={strings.app.mainNavigation}>
            <Link to="/jobs" className="udm-tab udm-focus">
              {strings.tabs.jobs}
            </Link>
            <Link to="/history" className="udm-tab udm-focus">
              {strings.tabs.history}
            </Link>
            <Link to="/artifacts" className="udm-tab udm-focus">
              {strings.tabs.artifacts}
            </Link>
          </nav>
        ) : (
          <div className="udm-tabs" />
        )}
        <UserMenu session={session} />
      </div>
    </header>
  );
}

function UserMenu({ session }: { session: SessionView }) {
  const navigate = useNavigate();
  const signOut = useSignOut();
  return (
    <div className="udm-user">
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <Button
            variant="subtle"
            color="gray"
            c="var(--mantine-color-text)"
            leftSection={<UserIcon />}
            rightSection={<ChevronIcon />}
            aria-label={strings.user.menu(session.user)}
          >
            <span className="udm-user-name">{session.user}</span>
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label c="dimmed">{strings.user.tenant(session.tenant)}</Menu.Label>
          <Menu.Item onClick={() => void navigate({ to: '/preferences' })}>{strings.user.preferences}</Menu.Item>
          <Menu.Divider />
          <Menu.Item onClick={() => signOut.mutate()}>{strings.user.signOut}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
