import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

/** A real OpenID Connect provider on this machine: whoever signs in there is whom they say, with any password. */
export interface TestProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Claims of the account of a name, beside `sub` and `preferred_username`. */
  readonly claims: Map<string, Record<string, unknown>>;
  /** Nothing answers any more; the address stays. */
  down(): Promise<void>;
  up(): Promise<void>;
  stop(): Promise<void>;
}

export async function startProvider(redirectUris: string[]): Promise<TestProvider> {
  const claims = new Map<string, Record<string, unknown>>();
  const client = { clientId: 'udm', clientSecret: 'a secret of the test provider' };
  const server: Server = createServer();
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}`;
  const provider = new Provider(issuer, {
    clients: [
      { client_id: client.clientId, client_secret: client.clientSecret, redirect_uris: redirectUris, token_endpoint_auth_method: 'client_secret_post' },
    ],
    pkce: { required: () => true },
    claims: { openid: ['sub'], profile: ['preferred_username', 'groups'] },
    features: { devInteractions: { enabled: true } },
    cookies: { keys: ['a key of the test provider'] },
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, preferred_username: id, ...claims.get(id) }) }),
  });
  server.on('request', provider.callback());
  return { issuer, ...client, claims, down: close, up: () => listen(port), stop: close };
}
