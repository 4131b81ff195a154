import { Checkbox } from '@mantine/core';
import { Fragment, type KeyboardEvent, type MouseEvent, type ReactNode, useState } from 'react';
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
  /** Stays in sight at the end of the row when the table is wider than the page: what can be done must not have to be looked for. */
  readonly stays?: boolean;
}

export interface Selection<Row> {
  readonly chosen: ReadonlySet<string>;
  readonly toggle: (id: string) => void;
  readonly name: (row: Row) => string;
  /** The header gets a box for the whole page. */
  readonly togglePage?: () => void;
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
  /** A row is opened by a click beside its controls, or by Enter. */
  readonly onOpen?: (row: Row) => void;
}

/** Whatever answers clicks and keys itself. */
const CONTROLS = 'a, button, input, select, textarea, label, [role="switch"], [role="menuitem"], [role="dialog"]';

/**
 * The one table of the app: on narrow screens each row becomes a block (styles.css), hence the explicit roles. One row at a time is a stop of
 * the Tab key; arrows go from row to row, Space selects, Enter opens.
 */
export function DataTable<Row>(props: Props<Row>) {
  const { label, columns, rows, id, selection, faded, below, sort, onSort, onOpen } = props;
  const [current, setCurrent] = useState<string>();
  const stop = rows.some((row) => id(row) === current) ? current : rows[0] === undefined ? undefined : id(rows[0]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="udm-card udm-scroll" aria-label={label} tabIndex={0}>
      <table className="udm-table" role="table" aria-label={label}>
        <thead role="rowgroup">
          <tr role="row">
            {selection !== undefined && (
              <SelectionHeader selection={selection} count={rows.filter((row) => selection.chosen.has(id(row))).length} of={rows.length} />
            )}
            {columns.map((column) => (
              <HeaderCell key={column.key} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <Fragment key={id(row)}>
              <tr
                role="row"
                className="udm-focus-row"
                tabIndex={id(row) === stop ? 0 : -1}
                data-chosen={selection?.chosen.has(id(row))}
                data-faded={faded?.(row)}
                data-opens={onOpen !== undefined}
                onFocus={() => setCurrent(id(row))}
                onClick={(event) => onOpen !== undefined && isPlainClick(event) && onOpen(row)}
                onKeyDown={(event) => onRowKey(event, { toggle: selection && (() => selection.toggle(id(row))), open: onOpen && (() => onOpen(row)) })}
              >
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
                  <td key={column.key} role="cell" className={`${classOf(column) ?? ''} udm-fade`.trim()}>
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

/** Not on a control, and not the end of marking text. */
function isPlainClick(event: MouseEvent<HTMLElement>): boolean {
  return (
    (event.target as HTMLElement).closest(CONTROLS) === null && event.currentTarget.contains(event.target as Node) && (getSelection()?.isCollapsed ?? true)
  );
}

interface RowActs {
  readonly toggle: (() => void) | undefined;
  readonly open: (() => void) | undefined;
}

function onRowKey(event: KeyboardEvent<HTMLTableRowElement>, { toggle, open }: RowActs): void {
  const row = event.currentTarget;
  // Keys in a control of the row are the control's.
  if (event.target !== row || event.ctrlKey || event.metaKey || event.altKey) return;
  // Not what stands below a row.
  const all = [...(row.parentElement?.querySelectorAll<HTMLElement>(':scope > .udm-focus-row') ?? [])];
  const here = all.indexOf(row);
  const to: Record<string, HTMLElement | undefined> = { ArrowDown: all[here + 1], ArrowUp: all[here - 1], Home: all[0], End: all.at(-1) };
  const act = event.key === ' ' ? toggle : event.key === 'Enter' ? open : undefined;
  if (!(event.key in to) && act === undefined) return;
  event.preventDefault();
  act?.();
  to[event.key]?.focus();
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

function SelectionHeader<Row>({ selection, count, of }: { selection: Selection<Row>; count: number; of: number }) {
  return (
    <th role="columnheader" scope="col">
      {selection.togglePage === undefined ? (
        <span style={hidden}>{strings.table.selectHeader}</span>
      ) : (
        <Checkbox
          aria-label={strings.table.selectPage}
          checked={of > 0 && count === of}
          indeterminate={count > 0 && count < of}
          disabled={of === 0}
          onChange={selection.togglePage}
        />
      )}
    </th>
  );
}

interface HeaderProps<Row> {
  readonly column: Column<Row>;
  readonly sort: string | undefined;
  readonly onSort: ((sort: string) => void) | undefined;
}

function classOf<Row>(column: Column<Row>): string | undefined {
  if (column.stays === true) return 'udm-stays';
  return column.number === true ? 'udm-number' : undefined;
}

function HeaderCell<Row>({ column, sort, onSort }: HeaderProps<Row>) {
  const { label, sort: name } = column;
  const className = classOf(column);
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
