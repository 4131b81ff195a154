/** From the name of a host to a socket that is connected to it, by way of addresses that may be reached and no others. */

import { lookup } from 'node:dns/promises';
import { isIP, type Socket } from 'node:net';
import { CodedError } from '../../errors.ts';
import { isAllowed } from './allowed-hosts.ts';

export interface Reached {
  readonly socket: Socket;
  readonly address: string;
}

/**
 * The addresses of a host. One that may not be reached refuses all of them: a name that stands for both is not what it seems.
 * Errors: `source.host_unknown`, `source.host_refused`; the signal's reason after an abort.
 */
export async function resolveHost(host: string, allowed: readonly string[], signal: AbortSignal): Promise<string[]> {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  const addresses = isIP(bare) === 0 ? await lookUp(bare, signal) : [bare];
  for (const address of addresses) requireAllowed(bare, address, allowed);
  return addresses;
}

function requireAllowed(host: string, address: string, allowed: readonly string[]): void {
  if (!isAllowed(host, address, allowed)) throw new CodedError('source.host_refused', { field: 'host' });
}

async function lookUp(host: string, signal: AbortSignal): Promise<string[]> {
  try {
    const found = await untilAborted(lookup(host, { all: true }), signal);
    return [...new Set(found.map(({ address }) => address))];
  } catch (error) {
    signal.throwIfAborted();
    throw new CodedError('source.host_unknown', { field: 'host', cause: new Error(`resolver code ${(error as { code?: string }).code ?? 'none'}`) });
  }
}

/**
 * Connects to the first of the addresses that answers. No name is looked up any more, so that what was checked is what is reached.
 * Errors: `source.unreachable`, `source.no_answer`, `source.host_refused`; the signal's reason after an abort.
 */
export async function connectTo(
  target: { readonly host: string; readonly port: number; readonly addresses: readonly string[]; readonly allowed: readonly string[] },
  make: () => Socket,
  limitMs: number,
  signal: AbortSignal,
): Promise<Reached> {
  let failure: unknown = new CodedError('source.unreachable');
  for (const address of target.addresses) {
    requireAllowed(target.host, address, target.allowed);
    const socket = make();
    // What goes wrong while nobody waits for it shows at the next use; unheard it would end the process.
    socket.on('error', () => undefined);
    try {
      await connected(socket, address, target.port, limitMs, signal);
      requireAllowed(target.host, socket.remoteAddress ?? '', target.allowed);
      return { socket, address };
    } catch (error) {
      socket.destroy();
      signal.throwIfAborted();
      failure = error;
    }
  }
  throw failure;
}

function connected(socket: Socket, address: string, port: number, limitMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => end(new CodedError('source.no_answer', { range: `${limitMs / 1_000} seconds` })), limitMs);
    const end = (error?: unknown): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.off('error', onError).off('connect', onConnect);
      error === undefined ? resolve() : reject(error);
    };
    const onAbort = (): void => end(signal.reason);
    const onConnect = (): void => end();
    const onError = (error: NodeJS.ErrnoException): void =>
      end(new CodedError(error.code === 'ETIMEDOUT' ? 'source.no_answer' : 'source.unreachable', { cause: new Error(`system code ${error.code ?? 'none'}`) }));
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('error', onError).once('connect', onConnect);
    socket.connect({ host: address, port });
  });
}

/** The value of `work`, or the signal's reason as soon as it is aborted. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
