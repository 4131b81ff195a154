import type { PageView } from '../contract/page.ts';
import type { Actor } from '../domain/permission.ts';
import { CodedError, refuseProblems } from '../errors.ts';
import type { Page, PageRequest, Position } from '../records/page.ts';
import type { Services } from './services.ts';

/** Which page of a list is asked for. */
export interface ListQuery {
  readonly limit: number;
  /** As an answer gave it; left out: from the beginning. */
  readonly cursor?: string | undefined;
  /** Left out: the order of the cursor, or the usual one. */
  readonly sort?: string | undefined;
}

interface OpenList {
  readonly request: PageRequest;
  show<T>(page: Page<T>): PageView<T>;
}

/**
 * Reads a list's query. A cursor is a sealed place in one order of one list of one tenant: it tells whoever sees an address nothing of the
 * row beside it, and nobody makes one up. Errors: `cursor.invalid`, `query.invalid`.
 */
export function openList(services: Services, actor: Actor, name: string, query: ListQuery, sorts: readonly string[], usual: string): OpenList {
  const context = `cursor ${name} ${actor.tenantId}`;
  const opened = query.cursor === undefined ? null : openCursor(services, query.cursor, context);
  const sort = query.sort ?? opened?.sort ?? usual;
  if (opened && opened.sort !== sort) refuseCursor(opened.sort);
  if (!sorts.includes(sort.replace(/^-/, '')))
    refuseProblems('request.invalid', [{ code: 'query.invalid', field: 'sort', range: sorts.flatMap((one) => [one, `-${one}`]) }]);
  const seal = (position: Position | null) =>
    position && services.sealer.seal(JSON.stringify([sort, position.side, position.inclusive, position.key]), context).toString('base64url');
  return {
    request: { limit: query.limit, sort, position: opened?.position ?? null },
    show: (page) => ({ items: page.items, total: page.total, next: seal(page.next), previous: seal(page.previous) }),
  };
}

function openCursor(services: Services, cursor: string, context: string): { sort: string; position: Position } {
  try {
    const [sort, side, inclusive, key] = JSON.parse(services.sealer.open(Buffer.from(cursor, 'base64url'), context)) as [
      string,
      Position['side'],
      boolean,
      Position['key'],
    ];
    return { sort, position: { side, inclusive, key } };
  } catch {
    return refuseCursor();
  }
}

function refuseCursor(sort?: string): never {
  refuseProblems('request.invalid', [{ code: 'cursor.invalid', field: 'cursor', ...(sort !== undefined && { range: `sort=${sort}` }) }]);
  throw new CodedError('cursor.invalid');
}
