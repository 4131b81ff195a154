import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Door, openDoor } from '../support/door.ts';
import { draftIn } from '../support/draft.ts';
import { Recipients } from '../support/recipients.ts';

/** What the server writes in sentences, asked for in German and in a language it does not have. */

const files = new Recipients();
const GERMAN = { 'accept-language': 'de-DE,de;q=0.9,en;q=0.8' };
let door: Door;
let draft: Record<string, unknown>;

beforeAll(async () => {
  door = await openDoor();
  const base = await draftIn(door.app, door.actor, files.make().certificate);
  draft = { ...base, timeZone: 'Europe/Berlin', run: { kind: 'monthly', day: 31, time: '06:00' }, range: { kind: 'since_previous' } };
});

afterAll(async () => {
  await door?.close();
  files.remove();
});

const SENTENCE = 'Monatlich am 31. um 06:00 Uhr (Europe/Berlin); Monate ohne diesen Tag werden ausgelassen';

describe('Accept-Language', () => {
  it('decides what a job and its notes are written in, wherever one is shown', async () => {
    const made = await door.call('POST', '/api/jobs', draft, GERMAN);
    expect(made.status, made.text).toBe(201);
    expect(made.json.sentence).toBe(SENTENCE);
    expect(made.json.notes[0].text).toMatch(/^Dieser Auftrag läuft nicht im /);
    expect((await door.call('GET', `/api/jobs/${made.json.id}`, undefined, GERMAN)).json.sentence).toBe(SENTENCE);
    expect((await door.call('GET', '/api/jobs', undefined, GERMAN)).json.items[0].sentence).toBe(SENTENCE);
    expect((await door.call('GET', `/api/jobs/${made.json.id}/preview`, undefined, GERMAN)).json.sentence).toBe(SENTENCE);
    const { run, range, timeZone } = draft;
    const preview = (await door.call('POST', '/api/jobs/preview', { run, range, timeZone }, GERMAN)).json;
    expect([preview.sentence, preview.notes[0].text]).toEqual([SENTENCE, expect.stringMatching(/^Dieser Auftrag läuft nicht im /)]);
  });

  it('that asks for nothing there is gets English', async () => {
    for (const language of ['fr', '*', ';;;,,,q=', 'de;q=0']) {
      const { json } = await door.call('GET', '/api/jobs', undefined, { 'accept-language': language });
      expect(json.items[0].sentence).toMatch(/^Every month on day 31 at 06:00/);
    }
  });
});
