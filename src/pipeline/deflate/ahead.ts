/**
 * Begins `work` on up to `most` items before the first result is taken; results come in the order of the items. Closes the items, and
 * waits for what is under way, however it ends.
 */
export async function* ahead<Item, Result>(items: AsyncIterable<Item>, most: number, work: (item: Item) => Promise<Result>): AsyncGenerator<Result> {
  const iterator = items[Symbol.asyncIterator]();
  const begun: Promise<Result>[] = [];
  let more = true;
  try {
    while (more || begun.length > 0) {
      while (more && begun.length < most) {
        const step = await iterator.next();
        if (step.done === true) more = false;
        else begun.push(handled(work(step.value)));
      }
      const first = begun.shift();
      if (first !== undefined) yield await first;
    }
  } finally {
    if (more) await iterator.return?.();
    await Promise.allSettled(begun);
  }
}

/** It may fail before its turn comes; it is told then. */
function handled<Result>(promise: Promise<Result>): Promise<Result> {
  promise.catch(() => undefined);
  return promise;
}
