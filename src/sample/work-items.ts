import { jsonCellOf, NULL_CELL, timeCell } from './copy-value.ts';
import { interactionId } from './interactions.ts';
import { NASTY_TEXTS } from './nasty.ts';
import { idOf, personAt } from './people.ts';
import { Random } from './random.ts';
import { DAY, SECOND, type SamplePlan } from './sample-plan.ts';
import { storedAt } from './stored-at.ts';

const WORK_ITEM_STREAM = 0x20000000;
const DETAIL_STREAM = 6;
const QUEUES = ['iWD_New', 'iWD_Captured', 'iWD_Queued', 'iWD_Completed', 'iWD_Canceled', 'iWD_ErrorHeld'];

interface Step {
  readonly name: string;
  readonly status: string;
  readonly queue: number;
  readonly at: number;
}
interface Life {
  readonly id: string;
  readonly created: number;
  readonly priority: number;
  readonly agent: string;
  readonly steps: readonly Step[];
}

/** The life of work item number `index`: the item and its events are both read off it. */
function lifeOf(plan: SamplePlan, index: number): Life {
  const random = new Random(plan.seed, WORK_ITEM_STREAM + index);
  const created = plan.endMicros - plan.spanMicros + Math.floor(((index + random.fraction()) * plan.spanMicros) / plan.workItems);
  const ending = random.chance(0.85)
    ? (['EventPlacedInQueue', 'completed', 3] as const)
    : random.chance(0.5)
      ? (['EventPlacedInQueue', 'canceled', 4] as const)
      : (['EventHeld', 'errorheld', 5] as const);
  const path: (readonly [string, string, number])[] = [
    ['EventInteractionSubmited', 'new', 0],
    ['EventPropertiesChanged', 'captured', 1],
    ['EventPlacedInQueue', 'queued', 2],
  ];
  if (random.chance(0.2)) path.push(['EventHeld', 'held', 2], ['EventResumed', 'queued', 2]);
  path.push(['EventPartyAdded', 'assigned', 2], ending);
  let at = created;
  const steps: Step[] = [];
  for (const [name, status, queue] of path) {
    if (at >= plan.endMicros) break;
    steps.push({ name, status, queue, at });
    // Some steps follow within the same microsecond.
    if (!random.chance(0.1)) at += 1 + random.below(8 * 3_600 * SECOND);
  }
  return { id: idOf('0000Wa', index), created, priority: random.below(1_000), agent: `agent${random.below(300)}`, steps };
}

/** Rows of iwd.work_item as they stand at the end. */
export function* workItemRows(plan: SamplePlan): Generator<string> {
  const random = new Random(plan.seed, DETAIL_STREAM);
  const stored = storedAt(plan, 'workItem');
  for (let index = 0; index < plan.workItems; index += 1) {
    const life = lifeOf(plan, index);
    yield [life.id, ...coreCells(plan, life, random), ...extendedCells(plan, life, random), stored(life.created)].join('\t');
  }
}

function coreCells(plan: SamplePlan, { created, priority, agent, steps }: Life, random: Random): string[] {
  const last = steps.at(-1);
  const timeOf = (status: string): string => {
    const step = steps.findLast((candidate) => candidate.status === status);
    return step ? timeCell(step.at) : NULL_CELL;
  };
  const assigned = timeOf('assigned');
  return [
    timeCell(created),
    assigned,
    assigned === NULL_CELL ? NULL_CELL : agent,
    'BC-1',
    String(random.below(500)),
    `CAP-${random.below(1e8)}`,
    random.pick(['Claims', 'Orders', 'Complaints']),
    random.pick(['email', 'fax', 'web']),
    timeOf('completed'),
    timeCell(created),
    `DEP-${random.below(8)}`,
    timeCell(created + 2 * DAY),
    random.chance(0.5) ? timeCell(created + 30 * DAY) : NULL_CELL,
    timeOf('held'),
    plan.interactions > 0 && random.chance(0.8) ? interactionId(random.below(plan.interactions)) : NULL_CELL,
    'workitem',
    String(priority),
    `PROC-${random.below(20)}`,
    QUEUES[last?.queue ?? 0] ?? '',
    random.chance(0.4) ? agent : NULL_CELL,
    'InteractionQueue',
    random.chance(0.5) ? timeCell(created + DAY) : NULL_CELL,
    'SOL-1',
    last?.status ?? 'new',
    '101',
  ];
}

function extendedCells(plan: SamplePlan, { created, agent }: Life, random: Random): string[] {
  const person = plan.contacts > 0 ? personAt(plan.seed, random.below(plan.contacts)) : null;
  const maybe = (value: string): string => (random.chance(0.4) ? value : NULL_CELL);
  return [
    person?.customerId ?? NULL_CELL,
    person?.segment ?? NULL_CELL,
    random.pick(['Car', 'Home', 'Travel']),
    maybe('Standard'),
    maybe(agent),
    maybe('Group A'),
    NULL_CELL,
    maybe('english'),
    maybe('OK'),
    timeCell(created - 60 * SECOND),
    timeCell(created + 2 * DAY),
    maybe(timeCell(created - DAY)),
    random.pick(['Mail', 'Scan']),
    maybe('New'),
    'Main',
    random.chance(0.05) ? jsonCellOf({ note: random.pick(NASTY_TEXTS), error: null }) : `{"region":"R${random.below(9)}","pages":${random.below(40)}}`,
  ];
}

/** Rows of iwd.event, work item by work item. */
export function* eventRows(plan: SamplePlan): Generator<string> {
  const stored = storedAt(plan, 'event');
  let eventId = 1;
  for (let index = 0; index < plan.workItems; index += 1) {
    const { id, priority, agent, steps } = lifeOf(plan, index);
    let before = NULL_CELL;
    for (const step of steps) {
      const byAgent = step.status === 'assigned' || step.status === 'completed';
      yield [
        String(eventId),
        id,
        NULL_CELL,
        timeCell(step.at),
        step.name,
        before,
        step.status,
        QUEUES[step.queue],
        byAgent ? agent : NULL_CELL,
        byAgent ? agent : 'iWD Manager',
        String(priority),
        '101',
        step.status === 'errorheld' ? jsonCellOf({ error: 'No rule matched \\ "quoted"' }) : NULL_CELL,
        stored(step.at),
      ].join('\t');
      before = step.status;
      eventId += 1;
    }
  }
}
