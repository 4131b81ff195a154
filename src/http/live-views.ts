import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RunView } from '../contract/run.ts';
import { type Actor, may, visibleCatalogs } from '../domain/permission.ts';
import { CodedError } from '../errors.ts';
import { getRun } from '../operations/read-runs.ts';
import type { Services } from '../operations/services.ts';
import type { Note } from '../records/run-events.ts';

interface LiveEvent {
  readonly event: 'run' | 'changed';
  readonly data: object;
}

/** Who listens: what tells them from others, and who they are whenever they are looked up. */
export interface Listener {
  readonly key: string;
  look(): Promise<Actor | null>;
}

export interface LiveViews {
  /** What a listener is told of a note: nothing of what they may not see. Rejects when it cannot be looked up just now. */
  eventOf(note: Note, listener: Listener): Promise<LiveEvent | 'signed out' | null>;
}

/** How long a session that was looked up counts as open: ending one, or taking a role away, works within this time. */
const SESSION_MS = 2_000;

/** Many browsers hear of the same change at the same moment: the session of each is looked up once in a while, the run once for all with the same rights. */
export function openLiveViews(services: Services): LiveViews {
  const actors = remember<Actor | null>(SESSION_MS);
  const runs = share<RunView | null>();
  return {
    async eventOf(note, listener) {
      const actor = await actors(listener.key, () => listener.look());
      if (!actor) return 'signed out';
      if ('changed' in note)
        return may(actor, note.changed === 'certificate' ? 'certificates.see' : 'exports.see') ? { event: 'changed', data: { kind: note.changed } } : null;
      const run = await runs(`${actor.tenantId} ${note.run} ${rightsOf(actor)}`, () => visibleRun(services, actor, note.run));
      return run && { event: 'run', data: run };
    },
  };
}

async function visibleRun(services: Services, actor: Actor, id: string): Promise<RunView | null> {
  try {
    return await getRun(services, actor, id);
  } catch (error) {
    if (error instanceof CodedError && (error.code === 'not_found' || error.code === 'permission.denied')) return null;
    throw error;
  }
}

/** Whoever sees the same is shown the same. */
function rightsOf(actor: Actor): string {
  const catalogs = visibleCatalogs(actor);
  return catalogs === 'all' ? '*' : [...catalogs].sort().join();
}

/** Answers of the last so many milliseconds; whoever asks while one is being looked up waits for the same. */
function remember<T>(milliseconds: number): (key: string, look: () => Promise<T>) => Promise<T> {
  const known = new Map<string, { readonly until: number; readonly answer: Promise<T> }>();
  return (key, look) => {
    const now = performance.now();
    // The oldest come first.
    for (const [old, { until }] of known) {
      if (until > now) break;
      known.delete(old);
    }
    const found = known.get(key);
    if (found) return found.answer;
    const answer = look();
    known.set(key, { until: now + milliseconds, answer });
    answer.catch(() => known.delete(key));
    return answer;
  };
}

/**
 * One look at a time for each key. Whoever asks before it has begun gets its answer; whoever asks later heard of something that it may not
 * have seen, so the next look, which begins when this one is over, is theirs.
 */
function share<T>(): (key: string, look: () => Promise<T>) => Promise<T> {
  const going = new Map<string, Promise<unknown>>();
  const next = new Map<string, Promise<T>>();
  return (key, look) => {
    const found = next.get(key);
    if (found) return found;
    const begin = async (): Promise<T> => {
      // All that hear of the same change do so in this turn.
      await (going.get(key) ?? nextTurn());
      next.delete(key);
      const answer = look();
      const over = answer.then(
        () => {},
        () => {},
      );
      going.set(key, over);
      void over.then(() => going.get(key) === over && going.delete(key));
      return answer;
    };
    const answer = begin();
    next.set(key, answer);
    return answer;
  };
}
