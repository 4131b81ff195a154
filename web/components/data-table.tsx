import { Checkbox } from '@mantine/core';
import { Fragment, type ReactNode } from 'react';
import { strings } from '../strings.ts';

export interface Column<Row> {
  readonly key: string;
  readonly label: string;
  readonly cell: (row: Row) => ReactNode;
  /** Name of the server's sort; the header becomes a button. */
  readonly sort?: string;
  readonly number?: boolean;
  /** The label is read out but not shown. */
  readonly hideLabel?: boolean;
}

export interface Selection<Row> {
  readonly chosen: ReadonlySet<string>;
  readonly toggle: (id: string) => void;
  readonly name: (row: Row) => string;
}

interface Props<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly id: (row: Row) => string;
  readonly selection?: Selection<Row>;
  readonly faded?: (row: Row) => boolean;
  /** What stands below a row across all columns, e.g. when it is opened; null for nothing. */
  readonly below?: (row: Row) => ReactNode;
  readonly sort?: string | undefined;
  readonly onSort?: (sort: string) => void;
}

/** The one table of the app: on narrow screens each row becomes a block (styles.css), hence the explicit roles. */
export function DataTable<Row>({ label, columns, rows, id, selection, faded, below, sort, onSort }: Props<Row>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="udm-card udm-scroll" aria-label={label} tabIndex={0}>
      <table className="udm-table" role="table" aria-label={label}>
        <thead role="rowgroup">
          <tr role="row">
            {selection !== undefined && (
              <th role="columnheader" scope="col">
                <span className="mantine-visually-hidden" style={hidden}>
                  {strings.table.selectHeader}
                </span>
              </th>
            )}
            {columns.map((column) => (
              <HeaderCell key={column.key} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <Fragment key={id(row)}>
              <tr role="row" data-chosen={selection?.chosen.has(id(row))} data-faded={faded?.(row)}>
                {selection !== undefined && (
                  <td role="cell">
                    <Checkbox
                      aria-label={strings.table.select(selection.name(row))}
                      checked={selection.chosen.has(id(row))}
                      onChange={() => selection.toggle(id(row))}
                    />
                  </td>
                )}
                {columns.map((column) => (
                  <td key={column.key} role="cell" className={column.number === true ? 'udm-number udm-fade' : 'udm-fade'}>
                    <span className="udm-label" aria-hidden="true">
                      {column.hideLabel === true ? '' : column.label}
                    </span>
                    <div>{column.cell(row)}</div>
                  </td>
                ))}
              </tr>
              <Below columns={columns.length + (selection === undefined ? 0 : 1)}>{below?.(row) ?? null}</Below>
            </Fragment>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Below({ columns, children }: { columns: number; children: ReactNode }) {
  if (children === null) return null;
  return (
    <tr role="row">
      <td role="cell" className="udm-below-cell" colSpan={columns}>
        {children}
      </td>
    </tr>
  );
}

const hidden = { position: 'absolute', width: 1, height: 1, overflow: 'hidden', clipPath: 'inset(50%)' } as const;

interface HeaderProps<Row> {
  readonly column: Column<Row>;
  readonly sort: string | undefined;
  readonly onSort: ((sort: string) => void) | undefined;
}

function HeaderCell<Row>({ column, sort, onSort }: HeaderProps<Row>) {
  const { label, sort: name } = column;
  const className = column.number === true ? 'udm-number' : undefined;
  if (name === undefined || onSort === undefined) {
    return (
      <th role="columnheader" scope="col" className={className}>
        {column.hideLabel === true ? <span style={hidden}>{label}</span> : label}
      </th>
    );
  }
  const direction = sort === name ? 'ascending' : sort === `-${name}` ? 'descending' : 'none';
  const next = direction === 'descending' ? name : `-${name}`;
  return (
    <th role="columnheader" scope="col" className={className} aria-sort={direction}>
      <button type="button" className="udm-sort udm-focus" title={strings.table.sortBy(label)} onClick={() => onSort(next)}>
        {label}
        <span aria-hidden="true">{direction === 'ascending' ? '↑' : direction === 'descending' ? '↓' : '↕'}</span>
      </button>
    </th>
  );
}
