import type { Source, SourceSnapshot } from '../../src/sources/source.ts';
import type { ContactCentre, Reading as CentreReading, Request, SourceName } from './contact-centre.ts';
import { instant } from './steps.ts';

/** A reading of the contact centre with what was asked. */
export type Reading = CentreReading & { readonly request: Request };

/** The contact centre as a source of UDM's; `onRead` hears of every snapshot. */
export function simulatedSource(centre: ContactCentre, name: SourceName, onRead: (reading: Reading) => void): Source {
  return {
    check: async () => {},
    describe: () => [],
    reach: async () => instant(centre.clockOf(name)),
    sample: async () => [],
    async open({ entityTypes, window, arrival, dataFrom }): Promise<SourceSnapshot> {
      const request: Request = {
        ...{ source: name, entityTypes, from: at(window.from), to: at(window.to) },
        arrival: arrival ? { after: at(arrival.after), settleSeconds: arrival.settleSeconds, dataFrom: at(dataFrom ?? null) } : null,
      };
      const reading = centre.read(request);
      onRead({ ...reading, request });
      return {
        files: [],
        now: instant(reading.now),
        arrivalTo: reading.arrivalTo === null ? null : instant(reading.arrivalTo),
        estimateRows: async () => ({ files: [reading.rows.length + reading.lateRows.length], exact: true }),
        async *lines() {},
        close: async () => {},
      };
    },
  };
}

function at(text: string | null): number | null {
  return text === null ? null : Date.parse(text);
}
