import fc from 'fast-check';

/** Requests as the OpenAPI document allows them, and as it does not. */

export interface FuzzedRequest {
  readonly method: string;
  /** With `{id}` and the like filled in. */
  readonly url: string;
  /** As the document names it, for what is said about it. */
  readonly path: string;
  readonly who: Who;
  readonly headers: Readonly<Record<string, string>>;
  /** As it goes over the wire; null: none. */
  readonly body: string | null;
}

export const WHO = ['administrator', 'exporter', 'officer', 'approver', 'auditor', 'other_tenant', 'nobody', 'stranger'] as const;
export type Who = (typeof WHO)[number];

/** Most often those who may: what is refused at the door says little. */
function askers(path: string): fc.Arbitrary<Who> {
  const isOfRequests = /^\/api\/(requests|holds)\b/.test(path);
  const may: readonly Who[] = isOfRequests ? ['officer', 'officer', 'officer', 'approver', 'approver'] : ['administrator'];
  return fc.constantFrom(...WHO, ...Array.from({ length: isOfRequests ? 2 : 6 }, () => may).flat());
}

type Schema = { readonly [key: string]: unknown };
type Json = Readonly<Record<string, unknown>>;

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: Schema;
}

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body: Schema | null;
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

/** Never answered to its end. */
const STREAMS = new Set(['GET /api/events']);
const DEEPEST = 5;

/** What no field expects. */
const NASTY: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1.5, 1e308, 2 ** 53 + 1, '', ' ', '0', '-1', '1e3', 'NaN', '0x10', [], {}, [[]], [null]],
  ...['x'.repeat(5_000), '\u0000', 'a\r\nb', '\u202e', '\ud800', '🧨', '../../etc/passwd', "' OR 1=1 --", '%', '*', '<script>', '=cmd()', '__proto__'],
  ...['2026-02-30T00:00:00Z', '9999-12-31T23:59:59Z', '+275760-09-13T00:00:00Z', '2026-01-01T00:00:00', 'Europe/Kiev', 'Mars/X', '+02:00'],
  ...[
    '00000000-0000-0000-0000-000000000000',
    '5f0c2b7e-1d7a-4b57-9c3c-0a6f1f1c2d3e',
    { constructor: { prototype: 1 } },
    { tenantId: 'x', status: 'succeeded' },
  ],
];

/** Ids that occur, of one's own tenant and of the other, and names: of all things, or of those that a path like `/api/jobs` is about. */
export type Known = (of?: string) => readonly string[];

/**
 * `examples`: bodies that a route (`POST /api/jobs`) accepts, beside those that
 * are made from its schema.
 */
export function fuzzedRequests(document: Document, known: Known, examples: Readonly<Record<string, readonly unknown[]>> = {}): fc.Arbitrary<FuzzedRequest> {
  const operations = operationsOf(document).filter(({ method, path }) => !STREAMS.has(`${method} ${path}`));
  const values = new Values(document, known);
  return fc.constantFrom(...operations).chain((operation) =>
    fc
      .record({
        path: fc.tuple(...operation.parameters.filter((one) => one.in === 'path').map((one) => values.pathPart(operation.path, one.name))),
        query: values.query(operation.parameters.filter((one) => one.in === 'query')),
        who: askers(operation.path),
        // As things are when they were made; else what is stored is never replaced.
        headers: operation.method === 'PUT' ? fc.oneof(fc.constant({ 'if-match': '"1"' }), HEADERS) : HEADERS,
        body: operation.body
          ? values.body(operation.body, examples[`${operation.method} ${operation.path}`])
          : fc.option(fc.constantFrom('{}', '[]', 'null', '{"a":'), { freq: 8 }),
      })
      .map(({ path, query, who, headers, body }) => {
        const parts = [...path];
        return {
          method: operation.method,
          path: operation.path,
          url: operation.path.replace(/\{\w+\}/g, () => encodeURIComponent(parts.shift() ?? '')) + query,
          ...{ who, headers, body },
        };
      }),
  );
}

function operationsOf({ paths }: Document): Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      parameters: (operation['parameters'] ?? []) as Operation['parameters'],
      body: jsonOf(operation['requestBody'] as Json | undefined),
    })),
  );
}

function jsonOf(body: Json | undefined): Schema | null {
  const content = body?.['content'] as Record<string, { schema: Schema }> | undefined;
  return content?.['application/json']?.schema ?? null;
}

const HEADERS = fc.oneof(
  { weight: 12, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=utf-16', '')
      .map((type) => ({ 'content-type': type })),
  },
  { weight: 1, arbitrary: fc.constantFrom('*', '"1"', 'W/"1"', '1', '"x"', '""').map((tag) => ({ 'if-match': tag })) },
  { weight: 1, arbitrary: fc.constantFrom('k', 'x'.repeat(300), ' ', 'ü').map((key) => ({ 'idempotency-key': key })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('bytes=0-0', 'bytes=5-2', 'bytes=-1', 'bytes=0-0,2-3', 'rows=1-2', `bytes=${'0-1,'.repeat(100)}`).map((range) => ({ range })),
  },
  { weight: 1, arbitrary: fc.constantFrom('de', 'xx', '*', ';q=', 'x'.repeat(2_000)).map((language) => ({ 'accept-language': language })) },
  { weight: 1, arbitrary: fc.constantFrom('wrong', '').map((token) => ({ 'x-csrf-token': token })) },
  { weight: 1, arbitrary: fc.constantFrom('Bearer x', 'Bearer udm_', 'Basic YTpi', 'Bearer').map((authorization) => ({ authorization })) },
);

class Values {
  readonly #schemas: Readonly<Record<string, Schema>>;
  readonly #known: Known;

  constructor(document: Document, known: Known) {
    this.#schemas = document.components?.schemas ?? {};
    this.#known = known;
  }

  /** An id or a name that occurs, or none. Chosen by its place, so that the same seed asks for the same. */
  #real(of?: string): fc.Arbitrary<string> {
    return fc.nat(10_000).map((place) => this.#known(of)[place % Math.max(1, this.#known(of).length)] ?? 'none');
  }

  pathPart(path: string, name: string): fc.Arbitrary<string> {
    return fc.oneof(
      { weight: 6, arbitrary: this.#named(name) ?? this.#real(path.split('/')[2]) },
      { weight: 2, arbitrary: this.#real() },
      { weight: 1, arbitrary: fc.uuid() },
      { weight: 1, arbitrary: fc.constantFrom('1', 'x', '%00', '..', "'", 'x'.repeat(300), '🧨', ' ') },
    );
  }

  query(parameters: Operation['parameters']): fc.Arbitrary<string> {
    const asked = ({ name, schema }: Parameter) =>
      this.#mostly(this.#named(name) ?? this.#of(schema, 0)).map((value): [string, string] => [
        name,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]);
    const one = fc.constantFrom(...parameters, { name: 'unknown', in: 'query', schema: {} }).chain(asked);
    const needed = fc.tuple(...parameters.filter(({ required }) => required === true).map(asked));
    return fc
      .tuple(fc.oneof({ weight: 4, arbitrary: needed }, { weight: 1, arbitrary: fc.constant([]) }), fc.array(one, { maxLength: 2 }))
      .map(([first, more]) => [...first, ...more])
      .map((pairs) => (pairs.length === 0 ? '' : `?${new URLSearchParams(wellFormed(pairs))}`));
  }

  /** What a parameter of the name takes, where its schema is any text. */
  #named(name: string): fc.Arbitrary<string> | null {
    if (name === 'type') return fc.constantFrom('Interaction', 'Contact', 'Event');
    if (name === 'source') return this.#real('sources');
    if (name === 'from') return fc.constantFrom('2026-01-01T00:00:00Z', '2026-02-20T00:00:00Z');
    return name === 'to' ? fc.constantFrom('2026-03-01T00:00:00Z', '2026-02-21T00:00:00Z') : null;
  }

  /** As the schema says, with one thing changed somewhere, or not even JSON. */
  body(schema: Schema, examples: readonly unknown[] = []): fc.Arbitrary<string | null> {
    const made = this.#of(schema, 0);
    const good = examples.length === 0 ? made : fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...examples) }, { weight: 1, arbitrary: made });
    return fc.oneof(
      { weight: 5, arbitrary: good.map((value) => JSON.stringify(value)) },
      { weight: 6, arbitrary: fc.tuple(good, fc.nat(), fc.constantFrom(...NASTY), fc.constantFrom('set', 'add', 'drop')).map(spoil) },
      { weight: 1, arbitrary: fc.constantFrom(null, '', '{', '{"a":1,"a":2}', '\ufeff{}', '['.repeat(1_500), '{"__proto__":{}}', 'null', '"x"', '1e999') },
    );
  }

  #mostly(good: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
    return fc.oneof({ weight: 3, arbitrary: good }, { weight: 1, arbitrary: fc.constantFrom(...NASTY) });
  }

  #of(schema: Schema, depth: number): fc.Arbitrary<unknown> {
    const reference = schema['$ref'] as string | undefined;
    if (reference) return this.#of(this.#schemas[reference.split('/').at(-1) as string] ?? {}, depth);
    if ('const' in schema) return fc.constant(schema['const']);
    if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]));
    const choices = (schema['anyOf'] ?? schema['oneOf']) as Schema[] | undefined;
    if (choices) return fc.oneof(...choices.map((one) => this.#of(one, depth)));
    if (Array.isArray(schema['allOf'])) return this.#of(Object.assign({}, ...(schema['allOf'] as Schema[])), depth);
    switch (schema['type']) {
      case 'object':
        return this.#object(schema, depth);
      case 'array':
        return depth > DEEPEST ? fc.constant([]) : fc.array(this.#of((schema['items'] ?? {}) as Schema, depth + 1), { maxLength: 4 });
      case 'integer':
        return fc.integer({ min: atLeast(schema, -5), max: atMost(schema, 100) });
      case 'number':
        return fc.double({ min: atLeast(schema, -5), max: atMost(schema, 100), noNaN: true });
      case 'boolean':
        return fc.boolean();
      case 'null':
        return fc.constant(null);
      case 'string':
        return this.#text(schema);
      default:
        return fc.constantFrom(...NASTY);
    }
  }

  #object(schema: Schema, depth: number): fc.Arbitrary<unknown> {
    const properties = (schema['properties'] ?? {}) as Record<string, Schema>;
    if (depth > DEEPEST) return fc.constant({});
    const all = Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, this.#of(one, depth + 1)]));
    return fc.record(all, { requiredKeys: (schema['required'] ?? []) as string[] });
  }

  #text(schema: Schema): fc.Arbitrary<string> {
    switch (schema['format']) {
      case 'uuid':
        return fc.oneof({ weight: 5, arbitrary: this.#real() }, { weight: 1, arbitrary: fc.uuid() });
      case 'date-time':
        return fc.date({ min: new Date('2025-01-01Z'), max: new Date('2027-12-31Z'), noInvalidDate: true }).map((date) => date.toISOString());
      default:
        return fc.oneof(
          { weight: 2, arbitrary: this.#real() },
          {
            weight: 2,
            arbitrary: fc.constantFrom(
              'UCSX',
              'Interaction',
              'all',
              'Email',
              'UTC',
              'Europe/Berlin',
              'immediately',
              '12:00',
              '2026-01-01T00:00:00Z',
              '-createdAt',
            ),
          },
          { weight: 2, arbitrary: fc.string({ maxLength: 30, unit: 'binary' }) },
        );
    }
  }
}

function atLeast(schema: Schema, otherwise: number): number {
  return Math.max((schema['minimum'] as number | undefined) ?? otherwise, -(2 ** 31));
}

function atMost(schema: Schema, otherwise: number): number {
  const most = (schema['maximum'] as number | undefined) ?? Math.max(otherwise, atLeast(schema, 0));
  return Math.min(most, 2 ** 31 - 1);
}

function wellFormed(pairs: readonly [string, string][]): [string, string][] {
  return pairs.map(([name, value]) => [name, value.toWellFormed()]);
}

/** One place of the value set to something else, dropped, or something added beside it. */
function spoil([value, at, nasty, how]: [unknown, number, unknown, string]): string {
  const places: { readonly holder: Record<string, unknown> | unknown[]; readonly name: string }[] = [];
  const walk = (one: unknown) => {
    if (typeof one !== 'object' || one === null) return;
    for (const [name, inner] of Object.entries(one)) {
      places.push({ holder: one as Record<string, unknown>, name });
      walk(inner);
    }
  };
  const copy = structuredClone({ body: value });
  walk(copy);
  const { holder, name } = places[at % places.length] as (typeof places)[number];
  if (how === 'drop') Reflect.deleteProperty(holder, name);
  else Object.defineProperty(holder, how === 'add' ? `${name}2` : name, { value: nasty, enumerable: true, configurable: true, writable: true });
  return JSON.stringify(copy.body) ?? '';
}
