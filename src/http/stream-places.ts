import { CodedError } from '../errors.ts';

/** Of one session or token: more than anybody has windows open, and few enough that one caller cannot fill the process with them. */
export const MOST_STREAMS = 20;
const AGAIN_SECONDS = 60;

/** Counts the streams that each caller has open in this process. */
export interface StreamPlaces {
  /** Gives what ends it, which may be called more than once. `caller`: id of a session or token. Error: `request.too_many`. */
  take(caller: string): () => void;
}

export function openStreamPlaces(): StreamPlaces {
  const taken = new Map<string, number>();
  return {
    take(caller) {
      const before = taken.get(caller) ?? 0;
      if (before >= MOST_STREAMS) throw new CodedError('request.too_many', { range: { maxStreams: MOST_STREAMS }, retryAfterSeconds: AGAIN_SECONDS });
      taken.set(caller, before + 1);
      let isOpen = true;
      return () => {
        if (!isOpen) return;
        isOpen = false;
        const left = (taken.get(caller) ?? 0) - 1;
        if (left > 0) taken.set(caller, left);
        else taken.delete(caller);
      };
    },
  };
}
