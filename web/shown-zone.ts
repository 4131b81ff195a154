import { useSession } from './api/queries.ts';
import { browserZone } from './format/time.ts';
import { useChoices } from './kept-choices.ts';

/** The zone that times are shown in: the tenant's, or the person's own where they chose it. Whoever shows a time names it. */
export function useShownZone(): string {
  const { timeZone } = useSession();
  return useChoices().zone === 'mine' ? browserZone() : timeZone;
}
