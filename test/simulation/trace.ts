import { time } from './job-model.ts';
import type { StepNote } from './simulation.ts';

/** One line for people. */
export function describe({ index, step, answer, trueTime, udmTime, changed }: StepNote): string {
  const { do: verb, ...rest } = step;
  const wrong = udmTime === trueTime ? '' : ` (UDM ${time(udmTime)})`;
  const lines = changed.slice(0, 20).map((run) => {
    const chain = run.chain === null ? '' : ` chain ${run.chain}`;
    return `\n      job ${run.job} ${time(run.instant)} ${run.trigger} → ${run.status}${run.code ? ` ${run.code}` : ''} [${time(run.from)}, ${time(run.to)})${chain}`;
  });
  const more = changed.length > 20 ? `\n      and ${changed.length - 20} more` : '';
  return `#${index} ${time(trueTime)}${wrong} ${verb} ${JSON.stringify(rest)} → ${answer}${lines.join('')}${more}`;
}
