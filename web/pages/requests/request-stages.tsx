import type { DataRequestDetails } from '../../../src/contract/data-request.ts';
import { CheckIcon } from '../../components/icons.tsx';
import { STAGES, stagesOf } from './stages.ts';
import { words } from './words.ts';

const { stages: labels } = words;

/** The way of a request as a row of steps; what each is to it, is said in words too. */
export function RequestStages({ request }: { request: DataRequestDetails }) {
  return (
    <ol className="udm-stages udm-card" style={{ padding: 20 }} aria-label={labels.label}>
      {stagesOf(request).map(([stage, is]) => (
        <li key={stage} className="udm-stage" data-is={is} aria-current={is === 'is' ? 'step' : undefined}>
          <span className="udm-stage-mark" aria-hidden="true">
            {is === 'was' ? <CheckIcon /> : is === 'skipped' || is === 'unreached' || is === 'left' ? '–' : STAGES.indexOf(stage) + 1}
          </span>
          <span className="udm-stage-words">
            {labels.names[stage]} <span className="udm-stage-note">{labels[is]}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}
