import { DuckDBInstance } from '@duckdb/node-api';

/** Columns of a table in DuckDB, by name. */
export type DuckShape = Readonly<Record<string, string>>;

/** DuckDB, a reader of all three formats that knows nothing of UDM. */
export class Duck {
  readonly #connection: Awaited<ReturnType<DuckDBInstance['connect']>>;

  private constructor(connection: Awaited<ReturnType<DuckDBInstance['connect']>>) {
    this.#connection = connection;
  }

  static async open(): Promise<Duck> {
    return new Duck(await (await DuckDBInstance.create(':memory:')).connect());
  }

  close(): void {
    this.#connection.closeSync();
  }

  async ask<Row = Record<string, unknown>>(sql: string): Promise<Row[]> {
    const answer = await this.#connection.runAndReadAll(sql);
    return answer.getRowObjectsJson() as Row[];
  }

  /** The types of a Parquet file, as it tells them. */
  async shapeOf(parquet: string): Promise<DuckShape> {
    const columns = await this.ask<{ column_name: string; column_type: string }>(`DESCRIBE SELECT * FROM read_parquet('${parquet}')`);
    return Object.fromEntries(columns.map((column) => [column.column_name, column.column_type]));
  }

  /**
   * The same rows in three formats as the views `jsonl`, `csv` and `parquet`, with the types that Parquet tells; `json` names the columns
   * that are compared as JSON, `exact` those whose digits DuckDB would lose, as it reads long numbers of JSON as doubles.
   */
  async views(
    files: Readonly<Record<'jsonl' | 'csv' | 'parquet', string>>,
    columns: { readonly json: ReadonlySet<string>; readonly exact: ReadonlySet<string> },
  ): Promise<void> {
    const shape = await this.shapeOf(files.parquet);
    const names = Object.keys(shape);
    const typed = (name: string, value: string) => {
      if (columns.json.has(name)) return `json(${value}) AS "${name}"`;
      return shape[name] === 'BLOB' ? `from_base64(${value}) AS "${name}"` : `CAST(${value} AS ${shape[name]}) AS "${name}"`;
    };
    const ofLine = (name: string) => {
      if (columns.exact.has(name) || shape[name]?.startsWith('DECIMAL')) return `nullif(regexp_extract(json, '"${name}":(-?[0-9.]+)', 1), '')`;
      return columns.json.has(name) ? `nullif(json->'$.${name}', 'null')` : `json->>'$.${name}'`;
    };
    const text = `{${names.map((name) => `"${name}": 'VARCHAR'`).join(', ')}}`;
    const csv = `read_csv('${files.csv}', header=true, auto_detect=false, delim=',', quote='"', escape='"', nullstr='', allow_quoted_nulls=false, strict_mode=true, max_line_size=20000000, columns=${text})`;
    const views = {
      jsonl: `SELECT ${names.map((name) => typed(name, ofLine(name))).join(', ')} FROM read_ndjson_objects('${files.jsonl}', maximum_object_size=20000000)`,
      csv: `SELECT ${names.map((name) => typed(name, `"${name}"`)).join(', ')} FROM ${csv}`,
      parquet: `SELECT ${names.map((name) => (columns.json.has(name) ? `json("${name}") AS "${name}"` : `"${name}"`)).join(', ')} FROM read_parquet('${files.parquet}')`,
    };
    for (const [name, select] of Object.entries(views)) await this.ask(`CREATE OR REPLACE VIEW ${name} AS ${select}`);
  }

  /** Rows that only one of two views has, counted as often as they are there. */
  async differences(one: string, other: string): Promise<number> {
    const sides = [`SELECT * FROM ${one} EXCEPT ALL SELECT * FROM ${other}`, `SELECT * FROM ${other} EXCEPT ALL SELECT * FROM ${one}`];
    const [found] = await this.ask<{ rows: number }>(`SELECT count(*)::INT AS rows FROM ((${sides.join(') UNION ALL (')}))`);
    return found?.rows ?? -1;
  }

  async count(view: string, where = 'true'): Promise<number> {
    const [found] = await this.ask<{ rows: number }>(`SELECT count(*)::INT AS rows FROM ${view} WHERE ${where}`);
    return found?.rows ?? -1;
  }
}
