import type { Action } from '../../src/domain/permission.ts';

/** What a route asks for. `open`: nothing. `person`: a signed-in person, whatever their roles, and no token. `anybody`: a person or a token. */
export type Needs = Action | 'open' | 'person' | 'anybody';

export interface Route {
  readonly needs: Needs;
  /** One that is in order, so that only the permission and the id are left to refuse. */
  readonly body?: object;
  readonly query?: string;
  /** Who may is not tried: the answer never ends, or hangs on more than permission. */
  readonly isOnlyRefused?: true;
  /** It takes a proof of the last minutes, which no token has. */
  readonly isFresh?: true;
}

const stretch = { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' };
export const UNKNOWN = '5f0c2b7e-1d7a-4b57-9c3c-0a6f1f1c2d3e';

/** In order but for whom it is about: nobody. */
const aRequest = { caseId: 'x', kinds: ['access'], identifiers: [] };

/** All of them: `npm run check` fails for one that is not here. */
export const ROUTES: Readonly<Record<string, Route>> = {
  'GET /api/openapi.json': { needs: 'open' },
  'GET /api/health': { needs: 'open' },
  'POST /api/session': { needs: 'open' },
  'GET /api/session': { needs: 'person' },
  'DELETE /api/session': { needs: 'person', isOnlyRefused: true },
  'POST /api/session/proof': { needs: 'person', isOnlyRefused: true },
  'PUT /api/session/password': { needs: 'person', isOnlyRefused: true },
  'GET /api/sessions': { needs: 'person' },
  'DELETE /api/sessions': { needs: 'person', isOnlyRefused: true },
  'DELETE /api/sessions/{id}': { needs: 'person' },
  'GET /api/second-factor': { needs: 'person' },
  'POST /api/second-factor': { needs: 'person', isOnlyRefused: true },
  'DELETE /api/second-factor': { needs: 'person', isOnlyRefused: true },
  'POST /api/second-factor/confirmation': { needs: 'person', isOnlyRefused: true },
  'POST /api/second-factor/recovery-codes': { needs: 'person', isOnlyRefused: true },
  'PUT /api/second-factor/requirement': { needs: 'settings.change', body: { isRequired: false }, isOnlyRefused: true },
  'DELETE /api/users/{id}/second-factor': { needs: 'users.change', isOnlyRefused: true },
  'GET /api/sso/start': { needs: 'open' },
  'GET /api/sso/callback': { needs: 'open' },
  'GET /api/sso': { needs: 'settings.see' },
  'PUT /api/sso': { needs: 'settings.change', body: { issuer: 'https://nowhere.invalid', clientId: 'x', roles: {} }, isOnlyRefused: true },
  'DELETE /api/sso': { needs: 'settings.change', isOnlyRefused: true },
  'GET /api/sources': { needs: 'sources.see' },
  'POST /api/sources': { needs: 'sources.change', body: {}, isOnlyRefused: true },
  'POST /api/sources/test': { needs: 'sources.change', body: { draft: {} }, isOnlyRefused: true },
  'GET /api/sources/{id}': { needs: 'sources.see' },
  'PUT /api/sources/{id}': { needs: 'sources.change', body: {}, isOnlyRefused: true },
  'DELETE /api/sources/{id}': { needs: 'sources.change' },
  'POST /api/sources/{id}/replay': { needs: 'erasures.replay' },
  'GET /api/sources/{name}/types/{type}/fields': { needs: 'sources.see' },
  'POST /api/sources/{name}/sample': { needs: 'sources.sample', body: { type: 'Interaction', entityTypes: 'all' } },
  'GET /api/time-zones': { needs: 'anybody' },
  'GET /api/coverage': { needs: 'exports.see', query: `?${new URLSearchParams({ source: 'nowhere', type: 'Interaction', ...stretch })}` },
  'GET /api/coverage/sources': { needs: 'exports.see' },
  'POST /api/coverage/gaps': { needs: 'jobs.change', body: { job: UNKNOWN, ...stretch } },
  'POST /api/coverage/fill': { needs: 'jobs.change', body: { job: UNKNOWN, gaps: [stretch] } },
  'GET /api/certificates': { needs: 'certificates.see' },
  'POST /api/certificates': { needs: 'certificates.change', body: { content: 'none' } },
  'PUT /api/certificates/{id}': { needs: 'certificates.change', body: { label: 'x' } },
  'DELETE /api/certificates/{id}': { needs: 'certificates.change' },
  'POST /api/certificates/{id}/challenge': { needs: 'certificates.change' },
  'POST /api/certificates/{id}/proof': { needs: 'certificates.change', body: { proof: 'x', word: 'x' } },
  'POST /api/jobs/bulk': { needs: 'jobs.change', body: { action: 'suspend', selection: { ids: [UNKNOWN] }, dryRun: true } },
  'GET /api/jobs': { needs: 'exports.see' },
  'POST /api/jobs': { needs: 'jobs.create', body: {} },
  'POST /api/jobs/preview': { needs: 'exports.see', body: {}, isOnlyRefused: true },
  'GET /api/jobs/{id}/preview': { needs: 'exports.see' },
  'GET /api/jobs/{id}': { needs: 'exports.see' },
  'PUT /api/jobs/{id}': { needs: 'jobs.change', body: {} },
  'DELETE /api/jobs/{id}': { needs: 'jobs.change' },
  'POST /api/jobs/{id}/suspend': { needs: 'jobs.change' },
  'POST /api/jobs/{id}/resume': { needs: 'jobs.change' },
  'POST /api/jobs/{id}/run': { needs: 'jobs.change' },
  'POST /api/jobs/test': { needs: 'jobs.create', body: { draft: {} }, isOnlyRefused: true },
  'POST /api/jobs/test/proof': { needs: 'jobs.create', body: { proof: 'x', word: 'x' } },
  'GET /api/runs': { needs: 'exports.see' },
  'GET /api/runs/{id}': { needs: 'exports.see' },
  'DELETE /api/runs/{id}': { needs: 'runs.delete' },
  'GET /api/runs/timeline': { needs: 'exports.see', query: `?${new URLSearchParams(stretch)}` },
  'GET /api/runs/{id}/details': { needs: 'exports.see' },
  'POST /api/runs/{id}/retry': { needs: 'runs.retry' },
  'POST /api/runs/{id}/cancel': { needs: 'runs.cancel' },
  'GET /api/runs/{id}/manifest': { needs: 'exports.see' },
  'GET /api/runs/{id}/manifest/signature': { needs: 'exports.see' },
  'GET /api/signing-keys/pem': { needs: 'account.see' },
  'GET /api/signing-keys': { needs: 'account.see' },
  'GET /api/retention': { needs: 'exports.see' },
  // With several tenants nobody of one of them: the clock is of the whole installation.
  'POST /api/retention/agree': { needs: 'retention.agree', body: { halt: 1 }, isOnlyRefused: true },
  'GET /api/artifacts': { needs: 'exports.see' },
  'GET /api/artifacts/{id}': { needs: 'exports.see' },
  'DELETE /api/artifacts/{id}': { needs: 'artifacts.delete' },
  'POST /api/artifacts/{id}/run-again': { needs: 'jobs.change' },
  'POST /api/artifacts/{id}/withdraw': { needs: 'artifacts.withdraw', body: { reason: 'other' } },
  'POST /api/artifacts/bundle': { needs: 'artifacts.download', body: { ids: [UNKNOWN] } },
  'HEAD /api/artifacts/{id}/content': { needs: 'artifacts.download' },
  'GET /api/artifacts/{id}/content': { needs: 'artifacts.download' },
  'GET /api/audit': { needs: 'audit.see' },
  'GET /api/audit/lines': { needs: 'audit.see' },
  'GET /api/audit/chain': { needs: 'audit.see' },
  'GET /api/audit/verification': { needs: 'audit.see' },
  'GET /api/requests': { needs: 'requests.see' },
  'POST /api/requests': { needs: 'requests.handle', body: aRequest },
  'POST /api/requests/check': { needs: 'requests.handle', body: aRequest },
  'POST /api/requests/file': { needs: 'requests.handle', body: {} },
  'GET /api/requests/deadline': { needs: 'requests.handle' },
  'GET /api/requests/correctable-fields': { needs: 'requests.handle' },
  'POST /api/requests/{id}/withdraw-exports': { needs: 'requests.handle', body: {} },
  'GET /api/requests/{id}': { needs: 'requests.see' },
  'GET /api/requests/{id}/history': { needs: 'requests.see' },
  'HEAD /api/requests/{id}/package': { needs: 'requests.handle' },
  'GET /api/requests/{id}/package': { needs: 'requests.handle' },
  'GET /api/requests/{id}/receipt': { needs: 'requests.see' },
  'PUT /api/requests/{id}/identity': { needs: 'requests.handle', body: { note: 'x' } },
  'POST /api/requests/{id}/ask-identity': { needs: 'requests.handle' },
  'POST /api/requests/{id}/begin': { needs: 'requests.handle' },
  'POST /api/requests/{id}/approve': { needs: 'requests.approve' },
  'POST /api/requests/{id}/confirm-several': { needs: 'requests.approve' },
  'POST /api/requests/{id}/identifiers': { needs: 'requests.handle', body: { identifiers: [] } },
  'POST /api/requests/{id}/extend': { needs: 'requests.handle', body: { reason: 'x' } },
  // Who handles a request may decide it, too, in these two.
  'POST /api/requests/{id}/refuse': { needs: 'requests.approve', body: { ground: 'excessive', reason: 'x' } },
  'POST /api/requests/{id}/stop': { needs: 'requests.approve', body: { reason: 'x' } },
  'GET /api/holds': { needs: 'requests.see' },
  'POST /api/holds': { needs: 'requests.handle', body: { identifiers: [], reason: 'x' } },
  'POST /api/holds/{id}/release': { needs: 'requests.handle', body: { reason: 'x' } },
  'GET /api/users': { needs: 'users.see' },
  'POST /api/users': { needs: 'users.change', body: { name: '', roles: [] }, isFresh: true },
  'PUT /api/users/{id}': { needs: 'users.change', body: { email: null } },
  'DELETE /api/users/{id}': { needs: 'users.change' },
  'PUT /api/users/{id}/roles': { needs: 'users.change', body: { roles: [] } },
  'POST /api/users/{id}/suspend': { needs: 'users.change' },
  'POST /api/users/{id}/resume': { needs: 'users.change' },
  'POST /api/users/{id}/reset-password': { needs: 'users.change', isFresh: true },
  'GET /api/tokens': { needs: 'account.see' },
  'POST /api/tokens': { needs: 'account.change', body: { name: '', scopes: [], days: 0 } },
  // Whose it is decides; who may not revoke it hears that it is not there.
  'DELETE /api/tokens/{id}': { needs: 'anybody' },
  'GET /api/account/notices': { needs: 'account.see' },
  'PUT /api/account/notices': { needs: 'account.change', body: { email: null, language: 'en', kinds: null }, isOnlyRefused: true },
  'GET /api/settings': { needs: 'settings.see' },
  'PUT /api/settings': { needs: 'settings.change', body: { retentionDays: 0 } },
  // What it tells is looked up with the rights of the listener, each time.
  'GET /api/events': { needs: 'anybody', isOnlyRefused: true },
};
