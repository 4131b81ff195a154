import type { ProblemDocument } from '../../src/contract/problem.ts';
import { currentLanguage } from '../language.ts';
import { strings } from '../strings.ts';
import { proofGiven } from './proof.ts';

export type FieldProblem = NonNullable<ProblemDocument['errors']>[number];

/** What the server refused, in its own problem document, or a document of ours when no server answered. */
export class ApiProblem extends Error {
  readonly document: ProblemDocument;

  constructor(document: ProblemDocument) {
    super(document.detail);
    this.name = 'ApiProblem';
    this.document = document;
  }

  get code(): string {
    return this.document.code;
  }

  get fields(): readonly FieldProblem[] {
    return this.document.errors ?? [];
  }
}

/** No server answered: whether it did what was asked is not known, so it is asked again with the same key. */
export function wasLost(error: unknown): boolean {
  return error instanceof ApiProblem && error.document.status === 0;
}

export interface CallOptions {
  readonly body?: unknown;
  /** A file of JSON that is sent as it is. */
  readonly file?: Blob;
  readonly idempotencyKey?: string;
  /** The version that the change is meant for. */
  readonly ifMatch?: number;
  readonly signal?: AbortSignal;
}

let csrfToken = '';

export function rememberCsrfToken(token: string): void {
  csrfToken = token;
}

/** One request to UDM's own API. Resolves with the parsed answer (undefined for 204), rejects with an ApiProblem. */
export async function call<T>(method: Method, path: string, options: CallOptions = {}): Promise<T> {
  const response = await answerTo(method, path, options);
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

/** A request whose answer comes line by line, each a JSON document, as it happens. Rejects with an ApiProblem, or the reason of the signal. */
export async function* callLines<T>(method: Method, path: string, options: CallOptions = {}): AsyncGenerator<T> {
  const response = await answerTo(method, path, options);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
    const lines = (rest + part.value).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as T;
  }
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

async function answerTo(method: Method, path: string, options: CallOptions): Promise<Response> {
  const headers: Record<string, string> = { 'accept': 'application/json, application/problem+json', 'accept-language': currentLanguage() };
  if (method !== 'GET' && csrfToken !== '') headers['x-csrf-token'] = csrfToken;
  if (options.idempotencyKey !== undefined) headers['idempotency-key'] = options.idempotencyKey;
  if (options.ifMatch !== undefined) headers['if-match'] = `"${options.ifMatch}"`;
  const init: RequestInit = { method, headers, credentials: 'same-origin' };
  if (options.signal !== undefined) init.signal = options.signal;
  if (options.body !== undefined) {
    headers['content-type'] = 'application/json';
    init.body = JSON.stringify(options.body);
  }
  if (options.file !== undefined) {
    headers['content-type'] = 'application/json';
    init.body = options.file;
  }
  const response = await send(path, init);
  if (response.ok) return response;
  const problem = new ApiProblem(await problemOf(response));
  // Once they have proved who they are it is sent again, as it was.
  if (problem.code === 'sign_in.fresh_required' && (await proofGiven())) return answerTo(method, path, options);
  throw problem;
}

export interface StreamOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal: AbortSignal;
}

/** A request whose answer is read as it comes. Rejects with an ApiProblem when the server refuses or does not answer. */
export async function callStream(method: 'GET' | 'POST', path: string, { headers, body, signal }: StreamOptions): Promise<Response> {
  const changing: Record<string, string> = method === 'GET' ? {} : { 'x-csrf-token': csrfToken, 'content-type': 'application/json' };
  const init: RequestInit = { method, signal, credentials: 'same-origin', headers: { ...changing, ...headers } };
  if (body !== undefined) init.body = JSON.stringify(body);
  const response = await send(path, init);
  if (!response.ok) throw new ApiProblem(await problemOf(response));
  return response;
}

async function send(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch (error) {
    if (init.signal?.aborted === true) throw error;
    throw new ApiProblem(ownProblem(0, 'network.unreachable', strings.problem.unreachable, strings.problem.unreachableFix));
  }
}

async function problemOf(response: Response): Promise<ProblemDocument> {
  const text = await response.text().catch(() => '');
  try {
    const document = JSON.parse(text) as ProblemDocument;
    if (typeof document.code === 'string') return document;
  } catch {
    // Not a problem document: a proxy in between answered.
  }
  return ownProblem(response.status, 'answer.unreadable', strings.problem.unreadable(response.status), strings.problem.unreadableFix);
}

function ownProblem(status: number, code: string, detail: string, fix: string): ProblemDocument {
  return { type: 'about:blank', title: detail, status, code, detail, fix };
}

export type QueryValue = string | number | undefined;

/** "?a=1&b=2" of the values that are set. */
export function queryString(values: Readonly<Record<string, QueryValue>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== '') query.set(name, String(value));
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

/** A random id; crypto.randomUUID is missing when UDM is opened by plain http on another machine. */
export function randomId(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  const hex = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
