import { useState } from 'react';
import { isDeletedHere } from '../api/deleted-here.ts';

interface Steady<Data> {
  /** What to show. */
  readonly data: Data;
  /** Rows have come, gone or moved; they are held back while somebody is at the list. */
  readonly held: boolean;
  readonly release: () => void;
}

interface Rows {
  readonly items: readonly { readonly id: string }[];
}

/**
 * Keeps rows where they are while somebody is about to click one of them. New values show at once; rows that came, went or moved show when
 * asked for, or when the pointer and the focus have left. Another `question` (page, order, filter) always shows its answer; a row that
 * the person deleted goes at once.
 */
export function useSteadyRows<Data extends Rows>(data: Data, question: string, busy: boolean): Steady<Data> {
  const [shown, setShown] = useState({ data, question });
  const sameQuestion = shown.question === question;
  const kept = shown.data.items.filter((item) => !isDeletedHere(item.id));
  const sameRows = sameQuestion && kept.length === data.items.length && kept.every((item, index) => item.id === data.items[index]?.id);
  const held = busy && sameQuestion && !sameRows;
  if (!held && (shown.data !== data || !sameQuestion)) {
    setShown({ data, question });
    return { data, held: false, release: () => undefined };
  }
  if (!held) return { data, held, release: () => undefined };
  const fresh = new Map(data.items.map((item) => [item.id, item]));
  const items = kept.map((item) => fresh.get(item.id) ?? item);
  return { data: { ...data, items } as Data, held, release: () => setShown({ data, question }) };
}
