import http from 'node:http';
import { expect } from 'vitest';

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
  /** The body as JSON, or null when it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape.
  readonly json: any;
}

export interface Call {
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, as application/json unless `headers` say otherwise. */
  readonly raw?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** Announces a body of so many bytes and sends none of it. */
  readonly announce?: number;
}

/** One problem of a form, as the API tells it. */
export interface FieldProblem {
  readonly code: string;
  readonly field: string;
  readonly value?: unknown;
  readonly range?: unknown;
  readonly message: string;
  readonly fix: string;
}

/**
 * Speaks HTTP to UDM. Of every answer it checks what holds for all of them: no status of 500 or more, and an error is
 * a problem document with its code, a text, and what to do.
 */
export class ApiClient {
  readonly #url: URL;
  #session: Record<string, string> = {};

  constructor(url: string) {
    this.#url = new URL(url);
  }

  static async signedIn(url: string, password: string, tenant = 'default', user = 'admin'): Promise<ApiClient> {
    const client = new ApiClient(url);
    const answer = await client.call('POST', '/api/session', { body: { tenant, user, password } });
    expect(answer.status).toBe(200);
    const cookie = (answer.headers['set-cookie']?.[0] ?? '').split(';')[0] as string;
    client.#session = { cookie, 'x-csrf-token': answer.json.csrfToken };
    return client;
  }

  /** The headers that sign this client's requests. */
  get session(): Readonly<Record<string, string>> {
    return this.#session;
  }

  async call(method: string, path: string, { body, raw, headers = {}, announce }: Call = {}): Promise<Answer> {
    const content = announce ? null : (raw ?? (body === undefined ? undefined : JSON.stringify(body)));
    const type: Record<string, string> =
      content === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(announce ?? Buffer.byteLength(content ?? '')) };
    const answer = await this.#send(method, path, { ...type, ...this.#session, ...headers }, content);
    expect(answer.status, `${method} ${path}: ${answer.text.slice(0, 500)}`).toBeLessThan(500);
    if (answer.status >= 400 && method !== 'HEAD') expectProblemDocument(answer);
    return answer;
  }

  /** Sends bytes over a socket, for what no HTTP client would send; gives the whole answer as text. */
  async socket(text: string): Promise<string> {
    const { connect } = await import('node:net');
    return new Promise((resolve, reject) => {
      let answer = '';
      const socket = connect(Number(this.#url.port), this.#url.hostname, () => socket.write(text));
      socket.on('data', (chunk) => {
        answer += chunk.toString();
      });
      socket.on('error', reject);
      socket.on('close', () => resolve(answer));
    });
  }

  #send(method: string, path: string, headers: Record<string, string>, content: string | Uint8Array | null | undefined): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const request = http.request({ host: this.#url.hostname, port: this.#url.port, method, path, headers, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const bytes = Buffer.concat(chunks);
          request.destroy();
          resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes, text: bytes.toString(), json: parsed(bytes.toString()) });
        });
      });
      request.on('error', reject);
      if (content === null) request.flushHeaders();
      else request.end(content);
    });
  }
}

/** What every error of the API looks like (RFC 9457, with a stable code and a way out). */
export function expectProblemDocument(answer: Answer): void {
  expect(answer.headers['content-type']).toBe('application/problem+json');
  expect(answer.json).toMatchObject({
    type: `urn:udm:error:${answer.json?.code}`,
    title: expect.any(String),
    status: answer.status,
    code: expect.stringMatching(/^[a-z_]+(\.[a-z_]+)?$/),
    fix: expect.any(String),
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
