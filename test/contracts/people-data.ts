/** The catalog and the rows of the contract for data requests; a connector's test puts them into its database. */
import { type Catalog, loadCatalog } from '../../src/sources/catalogs/catalog.ts';

export const PEOPLE_CATALOG: Catalog = loadCatalog(`
name: people
version: 1
title: People
tables:
  person:
    schema: people
    table: person
    key: no
    fields:
      no: { column: no, type: integer, nullable: false }
      merged: { column: merged, type: integer }
      name: { column: name, type: string }
      mail: { column: mail, type: string }
      phone: { column: 'the "phone"', type: string }
    lists:
      more: { schema: people, table: more, key: id, join: { column: person_no, to: no }, fields: { id: { column: id, type: integer }, kind: { column: kind, type: string }, value: { column: value, type: string } } }
  letter:
    schema: people
    table: letter
    key: id
    fields:
      id: { column: id, type: string, nullable: false }
      kind: { column: kind, type: integer, nullable: false }
      person: { column: person_no, type: integer }
      answers: { column: answers, type: string }
      body: { column: body, type: string }
      house: { column: house, type: string }
  file:
    schema: people
    table: file
    key: id
    fields: { id: { column: id, type: integer }, letter: { column: letter_id, type: string }, content: { column: content, type: base64 } }
  task:
    schema: people
    table: task
    key: id
    fields: { id: { column: id, type: integer }, person: { column: person_no, type: integer }, what: { column: what, type: string }, size: { column: size, type: number } }
  step:
    schema: people
    table: step
    key: id
    fields: { id: { column: id, type: integer }, task: { column: task_id, type: integer }, details: { column: details, type: object } }
types:
  - name: Letter
    entityTypes:
      - name: Mail
        table: letter
        filter: { column: kind, equals: 1 }
        attachments: { table: file, join: { column: letter_id, to: id } }
        fields: { from: { column: sender, type: string }, fromName: { column: sender_name, type: string }, copies: { column: copies, type: array } }
      - { name: Chat, table: letter, filter: { column: kind, equals: 2 }, fields: { talk: { column: talk, type: string } } }
      - { name: Call, table: letter, filter: { column: kind, equals: 3 }, fields: { phone: { column: phone, type: string } } }
  - name: Person
    entityTypes: [{ name: Person, table: person }]
  - name: Task
    entityTypes: [{ name: Task, table: task }, { name: Step, table: step }]
people:
  letter:
    house: house
    identifiers:
      - { column: person_no, type: contact_id, role: owner }
      - { column: sender, type: email, role: owner, beside: [sender_name] }
      - { column: phone, type: phone, role: owner }
      - { column: copies, list: address, type: email, role: participant, personal: [name] }
    messages:
      column: talk
      when: { column: kind, equals: 2 }
      author: { path: from.no, type: contact_id }
      owner: { path: from.type, equals: Customer }
      personal: [text, from.no]
    children: [{ table: file, column: letter_id, to: id }]
    erase: delete
    ownerFields: { person_no: null, sender: null, sender_name: null, phone: null, body: null }
  person:
    subject: true
    identifiers:
      - { column: no, type: contact_id, role: owner }
      - { column: merged, type: contact_id, role: merged }
      - { column: mail, type: email, role: alias }
      - { column: 'the "phone"', type: phone, role: alias }
    children: [{ table: person.more, column: person_no, to: no }]
    erase: delete
    rectify: [{ name: name, column: name }, { name: mail, column: mail, type: email }]
  person.more:
    subject: true
    identifiers:
      - { column: person_no, type: contact_id, role: owner }
      - { column: value, type: email, role: alias, when: { column: kind, equals: mail } }
      - { column: value, type: twitter, role: alias, when: { column: kind, equals: twitter } }
      - { column: value, type: whatsapp, role: alias, when: { column: kind, equals: whatsapp } }
    erase: delete
  task:
    identifiers: [{ column: person_no, type: contact_id, role: owner }]
    children: [{ table: step, column: task_id, to: id, change: { details: null } }]
    erase: anonymise
    ground: a record of the business
    ownerFields: { person_no: null, what: null }
`);

export type Cells = Readonly<Record<string, string | number | null>>;

const EMPTY = { answers: null, body: 'a body', house: 'house@example.com', sender: null, sender_name: null, copies: '[]', talk: null, phone: null };

/** By table of the database. Ada is 1, and 3 is merged into her; Ben is 2 and has her phone, too. */
export const PEOPLE_ROWS = {
  person: [
    { no: 1, merged: null, name: 'Ada', mail: 'Ada@Example.com', 'the "phone"': '+1 (555) 123-4567' },
    { no: 2, merged: null, name: 'Ben', mail: 'ben@example.com', 'the "phone"': '(555) 123-4567' },
    { no: 3, merged: 1, name: 'Ada', mail: null, 'the "phone"': '0049 30 1234567' },
  ],
  more: [
    { id: 1, person_no: 1, kind: 'mail', value: 'WORK@example.com' },
    { id: 2, person_no: 1, kind: 'twitter', value: 'https://twitter.com/AdaL' },
    { id: 3, person_no: 2, kind: 'note', value: 'ada@example.com' },
    { id: 4, person_no: 3, kind: 'whatsapp', value: '4915112345678' },
  ],
  letter: [
    mail('own', 1, 'ADA@EXAMPLE.COM', []),
    mail('shared', 1, 'ada@example.com', ['ben@example.com', 'work@example.com']),
    mail('nameless', null, 'Ada Lovelace <ada@example.com>', []),
    mail('copied', 2, 'ben@example.com', ['Work@Example.com', 'copy@example.com']),
    mail('bens', 2, 'ben@example.com', []),
    mail('house', null, 'House@example.com', []),
    call('both', null, '555 123 4567'),
    call('german', null, '030/1234567'),
    call('called', 2, '+49301234567'),
    call('merged', 3, null),
    chat(
      'talk',
      2,
      `[{"n":1.50,"from":{"type":"Customer"},"text":"of Ben"}, {"from":{"no":3,"type":"Customer"},"text":"of \\u0041da"}, {"from":{"type":"Agent"},"text":"ok"}]`,
    ),
    chat('torn', 1, '[{"from":{"no":2'),
    { ...mail('odd', 1, null, []), kind: 9 },
  ],
  file: [
    { id: 1, letter_id: 'own', content: '\\x00ff' },
    { id: 2, letter_id: 'shared', content: '\\x61' },
    { id: 3, letter_id: 'bens', content: null },
  ],
  task: [
    { id: 1, person_no: 1, what: 'of Ada', size: '1.50' },
    { id: 2, person_no: 2, what: 'of Ben', size: '12345678901234567890.5' },
  ],
  step: [
    { id: 1, task_id: 1, details: '{"a": 1}' },
    { id: 2, task_id: 2, details: '{"b": 2}' },
  ],
} satisfies Record<string, readonly Cells[]>;

export type LetterRow = Cells & { readonly id: string };

export function mail(id: string, person: number | null, sender: string | null, copies: readonly string[]): LetterRow {
  return {
    ...EMPTY,
    id,
    kind: 1,
    person_no: person,
    sender,
    sender_name: 'a name',
    copies: JSON.stringify(copies.map((address) => ({ address, name: 'a name' }))),
  };
}

export function call(id: string, person: number | null, phone: string | null): LetterRow {
  return { ...EMPTY, id, kind: 3, person_no: person, phone };
}

export function chat(id: string, person: number | null, talk: string): LetterRow {
  return { ...EMPTY, id, kind: 2, person_no: person, talk };
}
