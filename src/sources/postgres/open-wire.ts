/** A socket on which PostgreSQL can be spoken: reached, and secured where the settings ask for it, before a word of the protocol. */

import { Socket } from 'node:net';
import { CodedError } from '../../errors.ts';
import { connectTo, resolveHost } from '../network/reach.ts';
import { secure, type TlsFacts, tlsFactsOf } from '../network/secure.ts';
import type { PostgresSettings } from './settings.ts';
import { WireSocket } from './wire-socket.ts';

export const CONNECT_TIMEOUT_MS = 10_000;
/** Length and the number that stands for "TLS, please". */
const TLS_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** A socket as pg wants it: it calls `connect` on what is connected already. Errors: `source.*`, the signal's reason. */
export async function openWire(settings: PostgresSettings, signal: AbortSignal): Promise<Socket> {
  const socket = await reachWire(settings, await resolveWire(settings, signal), signal);
  return (await secureWire(socket, settings, signal)).socket;
}

export function resolveWire({ host, hosts = [] }: PostgresSettings, signal: AbortSignal): Promise<string[]> {
  return resolveHost(host, hosts, signal);
}

/** Under TLS the socket is read by TLS itself, so it is a plain one. */
export async function reachWire({ host, port, hosts = [], tls = 'off' }: PostgresSettings, addresses: readonly string[], signal: AbortSignal): Promise<Socket> {
  const make = (): Socket => (tls === 'off' ? new WireSocket() : new Socket());
  const { socket } = await connectTo({ host, port, addresses, allowed: hosts }, make, CONNECT_TIMEOUT_MS, signal);
  return socket;
}

/** Asks the server for TLS and shakes hands; a server without it gets no further word. */
export async function secureWire(
  socket: Socket,
  { host, tls = 'off', caCertificate = null }: PostgresSettings,
  signal: AbortSignal,
): Promise<{ readonly socket: Socket; readonly facts: TlsFacts | null }> {
  try {
    if (tls === 'off') return { socket: connectedFor(socket), facts: null };
    const answer = await firstByte(socket, signal);
    if (answer !== 'S')
      throw new CodedError(answer === 'N' ? 'source.tls_not_offered' : 'source.tls_failed', { value: answer === 'N' ? undefined : 'no PostgreSQL' });
    const secured = await secure(socket, host.replace(/^\[(.*)\]$/, '$1'), { mode: tls, ca: caCertificate }, CONNECT_TIMEOUT_MS, signal);
    return { socket: connectedFor(secured), facts: tlsFactsOf(secured) };
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** Exactly one byte: more before the handshake would be an attacker's, and is refused (CVE-2021-23222). */
function firstByte(socket: Socket, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => end(new CodedError('source.no_answer', { range: `${CONNECT_TIMEOUT_MS / 1_000} seconds` })), CONNECT_TIMEOUT_MS);
    const end = (error: unknown, answer = ''): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.off('data', onData).off('error', onBroken).off('close', onBroken);
      if (error === null) resolve(answer);
      else reject(error);
    };
    const onAbort = (): void => end(signal.reason);
    const onBroken = (): void => end(new CodedError('source.unreachable'));
    const onData = (bytes: Buffer): void => {
      socket.pause();
      end(null, bytes.length === 1 ? bytes.toString('latin1') : '');
    };
    signal.addEventListener('abort', onAbort, { once: true });
    socket.on('data', onData).once('error', onBroken).once('close', onBroken);
    socket.write(TLS_REQUEST);
  });
}

/** pg connects its socket itself, and waits for the event: this one has both behind it. */
function connectedFor(socket: Socket): Socket {
  socket.connect = () => {
    process.nextTick(() => socket.emit('connect'));
    return socket;
  };
  return socket;
}
