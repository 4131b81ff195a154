import { describe, expect, it } from 'vitest';
import type { ArtifactView } from '../../../src/contract/artifact.ts';
import { ApiProblem } from '../../api/client.ts';
import { strings } from '../../strings.ts';
import { joinChosen, stillThere, whyNotBundle, whyNotDelete } from './chosen-artifacts.ts';

const { artifacts: words } = strings;

const file = (id: string, state: ArtifactView['state'] = 'available') => ({ id, state }) as ArtifactView;
const problem = (status: number, code: string) => new ApiProblem({ type: 'x', title: 'x', status, code, detail: 'x', fix: 'x' });
const said = (data: ArtifactView) => ({ data, error: null });
const silent = { data: undefined, error: null };
const refused = (error: Error) => ({ data: undefined, error });

describe('selected files on other pages', () => {
  it('are joined with those shown, in the order they were selected', () => {
    const chosen = joinChosen(['b', 'a'], [file('a')], [said(file('b'))]);
    expect(chosen.found.map(({ id }) => id)).toEqual(['b', 'a']);
    expect([whyNotBundle(chosen, true), whyNotDelete(chosen)]).toEqual([undefined, undefined]);
  });

  it.each([
    ['are still asked for', silent, words.selectedReading],
    ['could not be asked for', refused(problem(0, 'network.unreachable')), words.selectedUnread],
  ])('let nothing be done with a part of the selection while they %s', (_name, answer, reason) => {
    const chosen = joinChosen(['a', 'b'], [file('a')], [answer]);
    expect(chosen.ids).toHaveLength(2);
    expect([whyNotBundle(chosen, true), whyNotDelete(chosen)]).toEqual([reason, reason]);
  });

  it('that are no more cannot come, and need not be deleted', () => {
    const chosen = joinChosen(['a', 'b'], [file('a')], [refused(problem(404, 'not_found'))]);
    expect([whyNotBundle(chosen, true), whyNotDelete(chosen)]).toEqual([words.goneSelected(1), undefined]);
    expect(stillThere(chosen)).toEqual([file('a')]);
  });
});

describe('selected files', () => {
  it('come as one when there are 1 to 100, all of them there, and the browser can save them', () => {
    const of = (files: ArtifactView[]) =>
      joinChosen(
        files.map(({ id }) => id),
        files,
        [],
      );
    const many = Array.from({ length: 101 }, (_, index) => file(`${index}`));
    expect(whyNotBundle(of([]), true)).toBe(words.selectSome);
    expect(whyNotBundle(of(many.slice(1)), true)).toBeUndefined();
    expect(whyNotBundle(of(many), true)).toBe(words.tooMany(100));
    expect(whyNotBundle(of([file('a', 'expired'), file('b')]), true)).toBe(words.goneSelected(1));
    expect(whyNotBundle(of([file('a')]), false)).toBe(words.oneByOne);
    expect(whyNotDelete(of([file('a', 'expired'), file('b', 'deleted')]))).toBeUndefined();
    expect(whyNotDelete(of([file('b', 'deleted')]))).toBe(words.alreadyDeleted);
  });
});
