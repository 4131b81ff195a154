import {
  allowInsecureRequests,
  authorizationCodeGrant,
  AuthorizationResponseError,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientSecretPost,
  type Configuration,
  discovery,
  fetchUserInfo,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import { CodedError } from '../errors.ts';

/** OpenID Connect by openid-client: authorization code with PKCE, state and nonce. What a claim means is not known here. */

export interface Provider {
  readonly issuer: string;
  readonly clientId: string;
  /** Null: a public client. */
  readonly clientSecret: string | null;
}

/** What must be kept between leaving for the provider and coming back. */
export interface Journey {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** The provider has to ask who is there, though it knows. */
  readonly isFresh: boolean;
}

export type Claims = Readonly<Record<string, unknown>> & { readonly sub: string };

const TIMEOUT_SECONDS = 10;
const SCOPE = 'openid profile email';
/** How long what a provider says of itself is kept. */
const KEPT_MS = 300_000;
/** Clocks of two machines differ, and people type. */
const FRESH_SECONDS = 300;

const known = new Map<string, { readonly until: number; readonly configuration: Configuration }>();

/** The address to send the browser to. Error: `sso.unreachable`. */
export async function beginJourney(provider: Provider, returnTo: string, isFresh: boolean): Promise<{ address: string; journey: Journey }> {
  const configuration = await configurationOf(provider);
  const journey = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier(), isFresh };
  const address = buildAuthorizationUrl(configuration, {
    redirect_uri: returnTo,
    response_type: 'code',
    scope: SCOPE,
    state: journey.state,
    nonce: journey.nonce,
    code_challenge: await calculatePKCECodeChallenge(journey.verifier),
    code_challenge_method: 'S256',
    ...(isFresh && { prompt: 'login', max_age: '0' }),
  });
  return { address: address.href, journey };
}

/**
 * What the provider says of the person who came back to `address`: the claims of the signed id token, and those of its user info.
 * Errors: `sso.unreachable`, `sso.refused` when the provider did, `sso.invalid` when the answer is not to this journey.
 */
export async function endJourney(provider: Provider, address: URL, journey: Journey): Promise<Claims> {
  const configuration = await configurationOf(provider);
  try {
    const tokens = await authorizationCodeGrant(configuration, address, {
      pkceCodeVerifier: journey.verifier,
      expectedState: journey.state,
      expectedNonce: journey.nonce,
      idTokenExpected: true,
      ...(journey.isFresh && { maxAge: FRESH_SECONDS }),
    });
    const claims = tokens.claims();
    if (!claims) throw new CodedError('sso.invalid');
    if (configuration.serverMetadata().userinfo_endpoint === undefined) return claims;
    // What is signed wins.
    return { ...(await fetchUserInfo(configuration, tokens.access_token, claims.sub)), ...claims };
  } catch (error) {
    if (error instanceof CodedError) throw error;
    if (error instanceof AuthorizationResponseError) throw new CodedError('sso.refused', { cause: error });
    throw new CodedError(isUnreachable(error) ? 'sso.unreachable' : 'sso.invalid', { cause: error });
  }
}

/** Looks whether the provider answers and is the one it says. Error: `sso.unreachable`. */
export async function checkProvider(provider: Provider): Promise<void> {
  known.delete(JSON.stringify(provider));
  await configurationOf(provider);
}

async function configurationOf(provider: Provider): Promise<Configuration> {
  const key = JSON.stringify(provider);
  const found = known.get(key);
  if (found && found.until > performance.now()) return found.configuration;
  const issuer = new URL(provider.issuer);
  const authentication = provider.clientSecret === null ? None() : ClientSecretPost(provider.clientSecret);
  // Plain http only to the machine itself, which whoever sets the issuer has to be allowed to name.
  const execute = issuer.protocol === 'http:' && isLoopback(issuer) ? [allowInsecureRequests] : [];
  const configuration = await discovery(issuer, provider.clientId, undefined, authentication, { execute, timeout: TIMEOUT_SECONDS }).catch((cause: unknown) => {
    throw new CodedError('sso.unreachable', { value: provider.issuer, cause });
  });
  known.set(key, { until: performance.now() + KEPT_MS, configuration });
  return configuration;
}

export function isLoopback(url: URL): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
}

/** fetch names a network failure TypeError and a timeout TimeoutError; the library wraps the second. */
function isUnreachable(error: unknown): boolean {
  for (let one = error; one instanceof Error; one = one.cause) if (one.name === 'TypeError' || one.name === 'TimeoutError') return true;
  return false;
}
