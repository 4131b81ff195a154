/**
 * A worker of the campaign: a process of UDM's that does what a worker does, and kills itself where its parent told it to. Arguments: a JSON object of
 * what is left out on purpose.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { openApp } from '../../../src/app.ts';
import { loadConfig } from '../../../src/config/index.ts';
import type { Services } from '../../../src/operations/services.ts';
import { bound, struckAt, tellParent, watchStatements } from '../../support/watched-worker.ts';
import { blind, type Bugs, forgetAlias } from './bugs.ts';
import { type Act, newAct, type Order, pointOf, type Report, type Strike } from './plan.ts';

const UDM_DATABASE = 'udm';
const bugs = JSON.parse(process.argv[2] ?? '{}') as Bugs;
const acts = new AsyncLocalStorage<Act>();
let strike: Strike | null = null;

/** Everything watched that an act does goes through here. */
async function pass<T>(event: string, run: () => Promise<T>): Promise<T> {
  const act = acts.getStore();
  if (!act) return run();
  const point = pointOf(event, act);
  if (strike?.point !== point) return run();
  if (strike.skip > 0) {
    strike = { ...strike, skip: strike.skip - 1 };
    return run();
  }
  const { when } = strike;
  strike = null;
  return struckAt(when, run, async () => {
    await tellParent({ kind: 'struck', point, event: event.slice(0, 60) } satisfies Report);
    process.kill(process.pid, 'SIGKILL');
    // Nothing more happens in the moment that the signal takes.
    await new Promise(() => {});
  });
}

/** The same services, whose acts are watched. */
function dress(services: Services): Services {
  const { queue, ledger, caseKeys, storage, connectors } = services;
  const work: Services['queue']['work'] = (handlers) =>
    queue.work({
      ...handlers,
      requestStep: (task, signal) => acts.run(newAct(task.phase), () => handlers.requestStep(task, signal)),
      advanceRequests: () => acts.run(newAct('advance'), () => handlers.advanceRequests()),
      executeRun: (task, signal) => acts.run(newAct('export'), () => handlers.executeRun(task, signal)),
    });
  const open: Services['connectors']['open'] = (...given) => {
    const source = connectors.open(...given);
    return bugs.noResearch && acts.getStore()?.phase.startsWith('research') ? blind(source) : source;
  };
  return {
    ...services,
    connectors: { ...connectors, open },
    queue: { ...bound(queue), work },
    ledger: { ...bound(ledger), append: (...given) => pass('ledger:append', () => ledger.append(...given)) },
    caseKeys: { ...bound(caseKeys), destroy: (cases) => pass('keys:destroy', () => caseKeys.destroy(cases)) },
    storage: { ...bound(storage), remove: (key) => pass('storage:remove', () => storage.remove(key)) },
  };
}

if (bugs.noAlias) forgetAlias();
watchStatements(
  () => acts.getStore() !== undefined,
  ({ text, database }, run) => pass(`${database === UDM_DATABASE ? 'sql' : 'source'}:${text}`, run),
);
const app = await openApp(loadConfig(process.env), 'guest', { dress });
process.on('message', (order: Order) => {
  strike = order.strike;
});
// Whoever made it is gone.
process.on('disconnect', () => process.exit(0));
await app.startWorker();
await tellParent({ kind: 'ready' } satisfies Report);
