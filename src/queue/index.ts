/** The door of the queue room: pg-boss behind the few verbs UDM uses. */
export { startQueue, type TaskQueue } from './queue.ts';
export { MOST_CRASHES, type TakenRun } from './tasks.ts';
