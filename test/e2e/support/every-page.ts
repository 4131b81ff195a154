import type { Page } from 'playwright-core';
import { openApp } from '../../../src/app.ts';
import { loadConfig } from '../../../src/config/index.ts';
import type { CertificateView } from '../../../src/contract/certificate.ts';
import type { JobView } from '../../../src/contract/job.ts';
import { createTenant } from '../../../src/operations/create-tenant.ts';
import { addSource } from '../../../src/operations/sources.ts';
import { type Client, hasEnded, runUntil, signInTo } from '../../support/client.ts';
import { administrator } from '../../support/serve.ts';
import { type TestUdm, testEnvironment } from '../../support/udm.ts';
import type { Account } from './account.ts';

/** Every page of the web app in every state a person may find it in: for pictures, and for what must hold on all of them. */
export interface PageState {
  readonly name: string;
  readonly path: string;
  /** Whose tenant: one that is filled, or one where nobody has done anything yet; null: nobody is signed in. */
  readonly as: 'full' | 'empty' | null;
  /** The address of the server that does not answer. */
  readonly broken?: string;
  /** Brings a dialog or a menu on screen. */
  readonly act?: (page: Page) => Promise<void>;
}

export interface Stage {
  readonly accounts: Readonly<Record<'full' | 'empty', Account>>;
  readonly states: readonly PageState[];
  /** Starts a run that takes a while; resolves when it is going. */
  readonly startLongRun: () => Promise<void>;
}

const DAY_MS = 86_400_000;
const PASSWORD = 'correct horse battery staple';

/** Fills the tenant of a demo with jobs and runs of each kind, and makes an empty one. */
export async function setStage(udm: TestUdm): Promise<Stage> {
  await addTenantAndSource(udm);
  const client = await signInTo(udm.url, udm);
  const recipients = [(await client.json<{ items: CertificateView[] }>('GET', '/api/certificates')).items[0]?.id];
  const make = (draft: Record<string, unknown>) =>
    client.json<JobView>('POST', '/api/jobs', { source: 'IWD', type: 'Event', entityTypes: 'all', recipients, range: { kind: 'all' }, ...draft });
  const now = { kind: 'once', start: 'immediately' };
  const daysAgo = (days: number) => new Date(Math.floor(Date.now() / DAY_MS - days) * DAY_MS).toISOString();
  const daily = await make({
    title: 'Nightly archive of interactions',
    source: 'UCSX',
    type: 'Interaction',
    run: { kind: 'daily', time: '02:30' },
    range: { kind: 'since_previous' },
    timeZone: 'Europe/Berlin',
  });
  const monthly = await make({
    title: 'Month’s end for the auditors, with a title that is quite a bit longer than most',
    run: { kind: 'monthly', day: 31, time: '23:45' },
    range: { kind: 'last', count: 1, unit: 'month', calendar: true },
  });
  await client.json('POST', `/api/jobs/${monthly.id}/suspend`);
  const first = await make({ title: 'Events of three weeks ago', run: now, range: { kind: 'fixed', from: daysAgo(24), to: daysAgo(17) } });
  const second = await make({ title: 'Events of last week', run: now, range: { kind: 'fixed', from: daysAgo(12), to: daysAgo(5) } });
  const overlap = await make({ title: 'Events once more', run: now, range: { kind: 'fixed', from: daysAgo(7), to: daysAgo(5) } });
  const failing = await make({ title: 'Calls of the source that is down', source: 'Old system', type: 'Interaction', run: now });
  for (const job of [first, second, overlap, failing]) await endOf(client, job.id);
  const run = await lastRunOf(client, second.id);
  return {
    accounts: { full: udm, empty: { tenant: 'newcomers', user: 'admin', password: PASSWORD } },
    states: statesWith({ job: daily.id, failedRun: await lastRunOf(client, failing.id), run }),
    startLongRun: async () => {
      const long = await make({ title: 'Everything of the contact centre', source: 'UCSX', type: 'Interaction', run: now });
      await runUntil(client, await lastRunOf(client, long.id), ({ status }) => status !== 'queued');
    },
  };
}

async function addTenantAndSource(udm: TestUdm): Promise<void> {
  const app = await openApp(loadConfig({ ...testEnvironment(udm.dataDir), UDM_LOG_LEVEL: 'silent' }), 'guest');
  try {
    await createTenant(app.services, { tenant: 'newcomers', user: 'admin', password: PASSWORD });
    const settings = { host: '127.0.0.1', port: 1, user: 'x', database: 'x' };
    await addSource(app.services, await administrator(app, udm.tenant), { name: 'Old system', connector: 'postgres', catalog: 'ucsx', settings, secret: 'x' });
  } finally {
    await app.stop();
  }
}

async function lastRunOf(client: Client, jobId: string): Promise<string> {
  const { items } = await client.json<{ items: { id: string }[] }>('GET', `/api/runs?job=${jobId}`);
  return items[0]?.id as string;
}

async function endOf(client: Client, jobId: string): Promise<void> {
  await runUntil(client, await lastRunOf(client, jobId), hasEnded);
}

function statesWith({ job, failedRun, run }: { job: string; failedRun: string; run: string }): PageState[] {
  const lists = ['jobs', 'history', 'artifacts'] as const;
  return [
    { name: 'sign-in', path: '/sign-in', as: null },
    { name: 'not-found', path: '/nothing', as: 'full' },
    ...lists.flatMap((list): PageState[] => [
      { name: `${list}-full`, path: `/${list}`, as: 'full' },
      { name: `${list}-empty`, path: `/${list}`, as: 'empty' },
      { name: `${list}-no-match`, path: `/${list}?text=nothing+is+called+like+this`, as: 'full' },
      { name: `${list}-error`, path: `/${list}`, as: 'full', broken: list === 'history' ? '/api/runs' : `/api/${list}` },
    ]),
    { name: 'history-run', path: `/history?show=${run}`, as: 'full' },
    { name: 'history-failed-run', path: `/history?show=${failedRun}`, as: 'full' },
    { name: 'history-attention', path: '/history?view=attention', as: 'full' },
    { name: 'job-new', path: '/jobs/new', as: 'full' },
    { name: 'job-new-empty', path: '/jobs/new', as: 'empty' },
    { name: 'job-edit', path: `/jobs/${job}/edit`, as: 'full' },
    { name: 'coverage-full', path: '/coverage', as: 'full' },
    { name: 'coverage-weeks', path: '/coverage?zoom=week', as: 'full' },
    { name: 'coverage-empty', path: '/coverage', as: 'empty' },
    { name: 'coverage-error', path: '/coverage', as: 'full', broken: '/api/coverage' },
    { name: 'audit-full', path: '/audit', as: 'full' },
    { name: 'audit-record', path: '/audit', as: 'full', act: (page) => page.getByRole('table').getByRole('button').first().click() },
    { name: 'audit-no-match', path: '/audit?user=nobody', as: 'full' },
    { name: 'audit-error', path: '/audit', as: 'full', broken: '/api/audit' },
    { name: 'preferences-full', path: '/preferences', as: 'full' },
    { name: 'preferences-empty', path: '/preferences', as: 'empty' },
    { name: 'users', path: '/users', as: 'full' },
    { name: 'sources-full', path: '/sources', as: 'full' },
    { name: 'sources-empty', path: '/sources', as: 'empty' },
    { name: 'sources-error', path: '/sources', as: 'full', broken: '/api/sources' },
    { name: 'source-new', path: '/sources?show=new', as: 'full' },
    { name: 'settings', path: '/settings', as: 'full' },
    { name: 'shortcuts', path: '/jobs', as: 'full', act: (page) => page.keyboard.press('?') },
    { name: 'user-menu', path: '/jobs', as: 'full', act: (page) => page.locator('.udm-user button').click() },
  ];
}

/** Opens a page in its state, and waits until it has everything it shows. What is `broken` takes the clock of the page into its hands. */
export async function openState(page: Page, url: string, { path, broken, act }: PageState): Promise<void> {
  if (broken !== undefined) {
    await page.clock.install();
    await page.route(
      ({ pathname }) => pathname === broken,
      (route) => route.abort(),
    );
  }
  await page.goto(`${url}${path}`);
  await page.locator('h1').first().waitFor();
  if (broken !== undefined) await untilGivenUp(page);
  await act?.(page);
  await settle(page);
}

/** A page asks again some seconds later before it says that nobody answers. */
async function untilGivenUp(page: Page): Promise<void> {
  const told = page.getByRole('alert').first();
  const end = performance.now() + 60_000;
  while (!(await told.isVisible())) {
    if (performance.now() > end) throw new Error('The page does not say that the server does not answer.');
    await page.clock.fastForward(1_000);
  }
}

/** Nothing is being loaded, and nothing moves any more. */
export async function settle(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('.mantine-Loader-root') === null && document.querySelector('[data-state="loading"]') === null);
  await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined))));
}

/** How much wider the page is than the window: more than 0 has to be scrolled sideways. */
export function tooWide(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** A page of somebody who has signed in before; its address and errors are the caller's affair. */
export async function signInQuietly(page: Page, url: string, account: Account): Promise<void> {
  const answer = await page.context().request.post(`${url}/api/session`, { data: { tenant: account.tenant, user: account.user, password: account.password } });
  if (!answer.ok()) throw new Error(`sign-in: ${answer.status()} ${await answer.text()}`);
}
