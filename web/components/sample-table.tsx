import './insight.css';
import type { SampleView } from '../../src/contract/source.ts';
import { strings } from '../strings.ts';

const { trial: words } = strings;

type Row = SampleView['entityTypes'][number]['rows'][number];
type Cell = Row[string];

/** Fields stand below each other, rows beside each other: rows have dozens of fields. */
export function SampleTable({ entityType, rows }: { entityType: string; rows: readonly Row[] }) {
  const names = Object.keys(rows[0] ?? {});
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="udm-insight-scroll" aria-label={words.sampleOf(entityType)} tabIndex={0}>
      <table className="udm-insight-table udm-sample" aria-label={words.sampleOf(entityType)}>
        <thead>
          <tr>
            <th scope="col">{words.columns.name}</th>
            {rows.map((_, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a sample has no ids, and its rows never move
              <th key={index} scope="col">
                {index + 1}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {names.map((name) => (
            <tr key={name}>
              <th scope="row">
                <code>{name}</code>
              </th>
              {rows.map((row, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a sample has no ids, and its rows never move
                <td key={index}>
                  <CellWords cell={row[name] ?? null} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function CellWords({ cell }: { cell: Cell }) {
  if (cell === null) return <Quiet sign={strings.app.notAvailable} text={words.none} />;
  if ('upTo' in cell) {
    if (cell.upTo === 0) return <span className="udm-faint">{words.empty}</span>;
    return <Quiet sign="•••" text={cell.upTo === null ? words.long : words.upTo(cell.upTo)} />;
  }
  if (typeof cell.value === 'boolean') return cell.value ? words.yes : words.no;
  return String(cell.value);
}

/** A sign for the eye, and what it stands for to be read out and as a tooltip. */
function Quiet({ sign, text }: { sign: string; text: string }) {
  return (
    <span className="udm-faint" title={text}>
      <span aria-hidden="true">{sign}</span>
      <span className="udm-unseen">{text}</span>
    </span>
  );
}
