import type { Services } from '../../src/operations/services.ts';
import type { Archiver } from '../../src/pipeline/archive.ts';

/** Runs that have read their snapshot, and write nothing before they may. */
export class HeldRuns {
  #next: { readonly read: () => void; readonly written: Promise<void> } | null = null;

  /** The next run with services from here. */
  hold(): { readonly reading: Promise<void>; readonly write: () => void } {
    const [reading, writing] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    this.#next = { read: reading.resolve, written: writing.promise };
    return { reading: reading.promise, write: writing.resolve };
  }

  /** For one run. */
  services(services: Services): Services {
    const held = this.#next;
    this.#next = null;
    const { archiver } = services;
    const writeParts: Archiver['writeParts'] = async (request) => {
      held?.read();
      await held?.written;
      return archiver.writeParts(request);
    };
    return { ...services, archiver: { ...archiver, writeParts } };
  }
}
