import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type IdentifierType, normalOf } from '../../src/domain/data-requests/identifiers.ts';
import { encodeSubjects, fractionOf, holdsSubject } from '../../src/domain/data-requests/subject-index.ts';
import { loadCatalog } from '../../src/sources/catalogs/catalog.ts';
import { openPostgresSource } from '../../src/sources/postgres/postgres-source.ts';
import type { NameHashing } from '../../src/sources/source.ts';
import { withClient } from '../support/database-text.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';

/** The index of rows whose columns are of types that no line shows as a plain text: whom they name is in it all the same, and nobody else. */

const HASHING: NameHashing = { key: Buffer.alloc(32, 9), context: 'subject\0tenant|', region: null };
const NEVER = new AbortController().signal;
/** More than the kernel holds at once. */
const LONG = 400_000;
const UUID = '0b5c1a4e-0d4e-4c7e-9d52-0a1b2c3d4e5f';
/** More digits than a number of JavaScript has. */
const MANY_DIGITS = '9007199254740993';

const TABLES = `
  CREATE EXTENSION citext;
  CREATE DOMAIN number_text AS text;
  CREATE DOMAIN json_text AS text;
  CREATE DOMAIN json_value AS jsonb;
  CREATE TABLE letter (id int PRIMARY KEY, owner int8, sender citext, phone number_text, agent int8, ticket uuid, unseen text, unseen_too text, unseen_name text,
    talk json_text, talk_value json_value, copies json_text);
  CREATE TABLE extra (id int PRIMARY KEY, letter_id int, kind int2, good bool, wide bpchar(9), value text, number int8);
  INSERT INTO letter VALUES
    (1, 11, 'Citext@Example.com', '+49 30 1', 21, '${UUID}', 'nobody@example.com', 'beside@example.com', 'B. Side',
     '[{"from": {"contactId": "in \\"domain\\""}}, {"from": {"contactId": "D1"}}]', '[{"from": {"account": "J1"}}]',
     '[{"address": "copy@example.com", "number": "+49 30 2"}]'),
    (2, 12, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
     '[{"text": "' || repeat('x', ${LONG}) || '"}, {"from": {"contactId": "D2"}}]', NULL,
     '[{"text": "' || repeat('x', ${LONG}) || '"}, {"address": "long@example.com"}]');
  INSERT INTO extra VALUES
    (1, 1, 1, false, 'mail', 'kind@example.com', NULL), (2, 1, 2, true, 'other', '+49 30 3', NULL), (3, 1, 3, false, 'other', 'other', ${MANY_DIGITS}),
    (4, 2, 1, NULL, NULL, 'kind2@example.com', NULL), (5, 1, 3, NULL, 'wide', '@wide', NULL)`;

const CATALOG = loadCatalog(`
name: odd
version: 1
title: Odd types
tables:
  letter:
    schema: public
    table: letter
    key: id
    fields:
      id: { column: id, type: integer }
      sender: { column: sender, type: string }
      phone: { column: phone, type: string }
      agent: { column: agent, type: integer }
      ticket: { column: ticket, type: string }
      talk: { column: talk, type: string }
      talkValue: { column: talk_value, type: any }
      copies: { column: copies, type: string }
    lists:
      extras:
        schema: public
        table: extra
        key: id
        join: { column: letter_id, to: id }
        fields:
          kind: { column: kind, type: integer }
          good: { column: good, type: boolean }
          wide: { column: wide, type: string }
          value: { column: value, type: string }
          number: { column: number, type: integer }
types:
  - name: Letter
    entityTypes:
      - name: Letter
        table: letter
        fields: { besideName: { column: unseen_name, type: string } }
      - name: Whole
        table: letter
        fields:
          owner: { column: owner, type: integer }
          unseen: { column: unseen, type: string }
          unseenToo: { column: unseen_too, type: string }
people:
  letter:
    erase: delete
    identifiers:
      - { column: owner, type: contact_id, role: owner }
      - { column: sender, type: email, role: participant }
      - { column: phone, type: phone, role: participant }
      - { column: agent, type: contact_id, role: participant }
      - { column: ticket, type: external_id, role: participant }
      - { column: unseen, type: email, role: participant }
      - { column: unseen_too, type: email, role: participant, beside: [unseen_name] }
      - { column: talk_value, type: account_number, role: participant, list: from.account }
      - { column: copies, type: email, role: participant, list: address }
      - { column: copies, type: phone, role: participant, list: number }
    messages:
      column: talk
      author: { path: from.contactId, type: contact_id }
      personal: [text]
  letter.extras:
    erase: delete
    identifiers:
      - { column: value, type: email, role: alias, when: { column: kind, equals: 1 } }
      - { column: value, type: phone, role: alias, when: { column: good, equals: true } }
      - { column: number, type: customer_id, role: alias, when: { column: kind, equals: 3 } }
      - { column: value, type: twitter, role: alias, when: { column: wide, equals: wide } }
`);

let server: TestPostgres;

beforeAll(async () => {
  server = await startTestPostgres();
  await withClient(server.connection, (client) => client.query(TABLES));
}, 60_000);

afterAll(async () => {
  await server?.stop();
});

type Named = readonly [IdentifierType, string];

function fractionIn([type, value]: Named): number {
  return fractionOf(
    createHmac('sha256', HASHING.key)
      .update(`${HASHING.context}${type}|${normalOf(type, value, null)}`)
      .digest(),
  );
}

it("is whom they name, in a type of the source as in PostgreSQL's own, and in lists on conditions of any type", async () => {
  const snapshot = await openPostgresSource(server.connection, CATALOG).open(
    { type: 'Letter', entityTypes: ['Letter'], window: { from: null, to: null } },
    NEVER,
  );
  try {
    const names = snapshot.noteNames?.(HASHING);
    const lines: Buffer[] = [];
    for (const file of snapshot.files) for await (const bytes of snapshot.lines(file)) lines.push(Buffer.from(bytes));
    expect(
      Buffer.concat(lines)
        .toString('utf8')
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { id: number }).id),
    ).toEqual([1, 2]);
    const index = await names?.index();
    const wanted: Named[] = [
      ['contact_id', '11'],
      ['contact_id', '12'],
      ['email', 'citext@example.com'],
      ['phone', '+49301'],
      ['contact_id', '21'],
      ['external_id', UUID],
      ['email', 'beside@example.com'],
      ['contact_id', 'in "domain"'],
      ['contact_id', 'D1'],
      ['contact_id', 'D2'],
      ['account_number', 'J1'],
      ['email', 'copy@example.com'],
      ['phone', '+49302'],
      ['email', 'long@example.com'],
      ['email', 'kind@example.com'],
      ['email', 'kind2@example.com'],
      ['phone', '+49303'],
      ['customer_id', MANY_DIGITS],
    ];
    // A column that fills up with spaces is not compared, so everything beside it is taken for a name.
    const perhaps = ['kind@example.com', '+49 30 3', 'other', 'kind2@example.com', '@wide'].map((value) => ['twitter', value] as const);
    const missing = [...wanted, ['twitter', '@wide'] as const].filter((one) => !index || !holdsSubject(index, [fractionIn(one)]));
    expect(missing).toEqual([]);
    expect(index?.equals(encodeSubjects([...wanted, ...perhaps].map(fractionIn)))).toBe(true);
  } finally {
    await snapshot.close();
  }
});
