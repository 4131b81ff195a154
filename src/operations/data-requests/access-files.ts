import { lineWith } from '../../domain/data-requests/masked-line.ts';
import type { Child, PeopleTable } from '../../domain/data-requests/people-rules.ts';
import { type Knowledge, type RowView, standingOf, viewOf } from '../../domain/data-requests/row-verdict.ts';
import { CodedError } from '../../errors.ts';
import type { SourceRecord } from '../../records/sources.ts';
import type { PeopleVerbs, PersonRow } from '../../sources/people.ts';
import type { EntityFields } from '../../sources/source.ts';
import { rowsNaming } from './person-rows.ts';
import { type FoundPerson, knowledgeOf } from './sealed-person.ts';

/** Rows read at a time. */
const AT_ONCE = 500;

/** What the person is given of one source and entity type, or of what belongs to such rows. */
export interface AccessFile {
  readonly source: SourceRecord;
  /** Of the rows themselves. */
  readonly table: string;
  readonly type: string | null;
  readonly entityType: string | null;
  /** Null: the rows of `keys`; else those of `table` that belong to them. */
  readonly parent: string | null;
  /** In the order in which they are read. */
  readonly keys: Set<string>;
  /** Names of what a line has. */
  readonly names: Set<string>;
  readonly read: (signal: AbortSignal) => AsyncIterable<AccessLine>;
}

export interface AccessLine {
  /** JSON without a line break. */
  readonly text: string;
  readonly isMasked: boolean;
}

/** What a source holds of a person, as she may see it: others are masked. Keys are held, rows are not; each file reads its rows anew. */
export class SourceAccess {
  readonly source: SourceRecord;
  readonly #people: PeopleVerbs;
  readonly #person: FoundPerson;
  readonly #knowledge: Knowledge;
  readonly #files = new Map<string, AccessFile>();
  /** Rows that came with others. */
  readonly #given = new Set<string>();
  #uncertain = 0;

  constructor(source: SourceRecord, people: PeopleVerbs, person: FoundPerson) {
    this.source = source;
    this.#people = people;
    this.#person = person;
    this.#knowledge = knowledgeOf(person);
  }

  /** Where in the source it was looked. */
  get tables(): readonly string[] {
    return this.#people.tables.map(({ name }) => name);
  }

  /** In the order of their names. */
  get files(): readonly AccessFile[] {
    return [...this.#files].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, file]) => file);
  }

  /** Rows of which nobody can tell whose they are: they are in no file. */
  get uncertain(): number {
    return this.#uncertain;
  }

  /** Finds out which files there are. */
  async look(signal: AbortSignal): Promise<void> {
    const keys = await rowsNaming(this.#people, this.#person, signal);
    // What belongs to a row comes with it, and is not given once more by itself.
    for (const table of this.#people.tables.toReversed()) {
      const found = keys.get(table.name) ?? new Set();
      for await (const { row, view, parent } of this.#seen(table, found, signal)) {
        if (view === null && standingOf(table, row.row, this.#knowledge) === 'uncertain') this.#uncertain += 1;
        if (view === null || (parent && !parent.view?.children)) continue;
        if (parent === null && this.#isGiven(table, row)) continue;
        if (parent === null && view.children) for (const child of table.children) this.#given.add(placeOf(child, row.row[child.to] ?? null));
        this.#note(row, parent?.row ?? null);
      }
    }
  }

  #isGiven({ name }: PeopleTable, { row }: PersonRow): boolean {
    const rules = this.#people.tables.flatMap(({ children }) => children.filter((child) => child.table === name));
    return rules.some((child) => this.#given.has(placeOf(child, row[child.column] ?? null)));
  }

  #note(row: PersonRow, parent: PersonRow | null): void {
    const name = [row.table, row.entityType ?? '', parent?.table ?? ''].join('\n');
    const known = this.#files.get(name);
    const file = known ?? this.#newFile(row, parent);
    if (!known) this.#files.set(name, file);
    file.keys.add((parent ?? row).key);
    for (const one of parent ? row.fields.map(([field]) => field) : Object.keys(JSON.parse(row.line) as object)) file.names.add(one);
  }

  #newFile(row: PersonRow, parent: PersonRow | null): AccessFile {
    const file: AccessFile = {
      source: this.source,
      table: row.table,
      type: (parent ?? row).type,
      entityType: (parent ?? row).entityType,
      parent: parent?.table ?? null,
      keys: new Set(),
      names: new Set(),
      read: (signal) => this.#lines(file, signal),
    };
    return file;
  }

  async *#lines(file: AccessFile, signal: AbortSignal): AsyncGenerator<AccessLine> {
    const table = this.#tableOf(file.parent ?? file.table);
    for await (const { row, view, parent } of this.#seen(table, file.keys, signal)) {
      if (view === null || row.table !== file.table || (parent === null) !== (file.parent === null)) continue;
      if (parent ? !parent.view?.children : row.entityType !== file.entityType) continue;
      const text = lineWith(row.line, row.fields, view.values, table.kinds);
      yield { text, isMasked: Object.keys(view.values).length > 0 };
    }
  }

  /** Rows with what the person may see of them; of what belongs to a row, all or nothing. */
  async *#seen(table: PeopleTable, keys: ReadonlySet<string>, signal: AbortSignal): AsyncGenerator<SeenRow> {
    const all = [...keys];
    for (let at = 0; at < all.length; at += AT_ONCE) {
      let last: { row: PersonRow; view: RowView } | null = null;
      for await (const batch of this.#people.read([{ table: table.name, keys: all.slice(at, at + AT_ONCE) }], signal))
        for (const row of batch) {
          if (row.parent === null) {
            last = { row, view: viewOf(table, row.row, this.#knowledge) };
            yield { ...last, parent: null };
          } else if (last) yield { row, view: last.view && WHOLE, parent: last };
        }
    }
  }

  #tableOf(name: string): PeopleTable {
    const table = this.#people.tables.find((one) => one.name === name);
    if (!table) throw new CodedError('catalog.invalid', { value: name });
    return table;
  }
}

function placeOf({ table, column }: Child, value: string | null): string {
  return JSON.stringify([table, column, value]);
}

const WHOLE: RowView = { values: {}, children: false };

interface SeenRow {
  readonly row: PersonRow;
  readonly view: RowView;
  readonly parent: { readonly row: PersonRow; readonly view: RowView } | null;
}

const JSON_TYPES = ['string', 'number', 'integer', 'boolean', 'object', 'array'];

/** JSON Schema of the lines of a file: what its catalog says of them, save that whatever is somebody else's is masked. */
export function accessSchema(file: AccessFile, fields: readonly EntityFields[] | null): Record<string, unknown> {
  const entity = fields?.find((one) => one.entityType === file.entityType);
  const described = new Map((file.parent === null ? entity?.fields : entity?.attachments)?.map((one) => [one.name, one]));
  const properties = [...file.names].map((name) => {
    const known = described.get(name);
    const type = known?.type === 'base64' ? 'string' : known?.type;
    return [name, { ...(known?.title && { title: known.title }), ...(type && JSON_TYPES.includes(type) && { type: [type, 'null'] }) }] as const;
  });
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: file.entityType ?? file.table,
    description: 'What is of other people is replaced by "[other person]", in fields that hold no text by null.',
    type: 'object',
    properties: Object.fromEntries(properties),
  };
}
