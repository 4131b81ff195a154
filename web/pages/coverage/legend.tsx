import { words } from './words.ts';
import { PIECE_STATES } from './pieces.ts';

/** Each state by its pattern and in words. */
export function Legend() {
  return (
    <dl className="udm-coverage-legend" aria-label={words.legend}>
      {PIECE_STATES.toReversed().map((state) => (
        <div key={state}>
          <dt>
            <span className="udm-coverage-cell" data-state={state} aria-hidden="true" />
            {words.state[state]}
          </dt>
          <dd>{words.stateHint[state]}</dd>
        </div>
      ))}
    </dl>
  );
}
