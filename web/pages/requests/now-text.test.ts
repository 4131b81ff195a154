import { describe, expect, it } from 'vitest';
import { nowText } from './now-text.ts';
import { words } from './words.ts';

const { now: labels } = words;
const downloaded = { state: 'withdrawn', downloads: ['by ada'] } as const;
const outdated = { state: 'available', downloads: [] } as const;
const done = { state: 'done', kind: 'erasure', identityNote: 'seen', endReason: null, exports: [], package: null, error: null } as const;
const endedInPart = { ...done, endReason: 'The system is gone.' } as const;

describe('what happens now', () => {
  it('says what is left to do after the end', () => {
    expect(nowText(done)).toBe(labels.done);
    expect(nowText({ ...done, exports: [downloaded] })).toBe(labels.doneTell);
    expect(nowText({ ...done, kind: 'rectification', exports: [downloaded, outdated] })).toBe(labels.doneOutdated);
    expect(nowText({ ...done, kind: 'access', package: { isGone: false } })).toBe(labels.doneAccess);
    expect(nowText({ ...done, kind: 'access', package: { isGone: true } })).toBe(labels.done);
  });

  it('says after an end in part what was not done, and then whom to tell of what was', () => {
    expect(nowText(endedInPart)).toBe(labels.donePart.erasure);
    expect(nowText({ ...endedInPart, exports: [downloaded] })).toBe(`${labels.donePart.erasure} ${labels.doneTell}`);
    const correction = { ...endedInPart, kind: 'rectification' } as const;
    expect(nowText(correction)).toMatch(/old values may still stand there/);
    expect(nowText({ ...correction, exports: [outdated] })).toBe(`${labels.donePart.rectification} ${labels.doneOutdated}`);
  });

  it('says of one that is open where it stands', () => {
    expect(nowText({ ...done, state: 'received' })).toBe(labels.receivedBegins);
    expect(nowText({ ...done, state: 'received', identityNote: null })).toBe(labels.received);
    expect(nowText({ ...done, state: 'ambiguous', error: { code: 'gdpr.ambiguous' } })).toBe(labels.ambiguous);
    expect(nowText({ ...done, state: 'ambiguous', error: { code: 'gdpr.too_many_people' } })).toBe(labels.tooMany);
    expect(nowText({ ...done, state: 'running', exports: [downloaded] })).toBe(labels.running);
  });
});
