import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalText, LEFT_OUT, makeReceipt, type ReceiptFacts } from './receipt.ts';

const times = {
  receivedOn: '2026-01-31',
  submittedAt: '2026-01-31T10:00:00.000Z',
  deadlineOn: '2026-02-28',
  deadlineAt: '2026-02-28T23:00:00.000Z',
  extendedAt: null,
  discoveredAt: '2026-01-31T10:01:00.000Z',
  approvedAt: '2026-02-01T10:00:00.000Z',
  begunAt: '2026-02-02T10:00:00.000Z',
  verifiedAt: '2026-02-02T10:10:00.000Z',
  searchedAgainAt: '2026-02-03T10:10:00.000Z',
  endedAt: '2026-02-03T10:11:00.000Z',
};
const finding = { source: 'crm', type: 'contact', found: 3, shared: 1, uncertain: 0, kept: 0, done: 3, ground: null };
const heldExport = {
  artifactId: 'a',
  runId: 'r',
  fileName: 'crm-Contact.zip.p7m',
  source: 'crm',
  type: 'Contact',
  withdrawnAt: times.begunAt,
  downloads: [{ user: 'ben', at: times.approvedAt }],
};
const facts: ReceiptFacts = {
  signedBy: { algorithm: 'ecdsa-p256-sha256', keyId: 'k', publicKey: 'p' },
  udmVersion: '1.0.0',
  tenantId: 't',
  request: { id: 'i', caseId: '2026-0117', kind: 'erasure' },
  ended: 'done',
  refusalGround: null,
  identifierTypes: ['email'],
  identifiers: 3,
  approvedBy: 1,
  times,
  searched: ['crm', 'ada@example.com'],
  notReached: [],
  findings: [finding],
  exports: [heldExport],
  unknownExports: 2,
  ledgerLine: 7,
  aliases: [{ type: 'email', normal: 'ada@example.com' }],
};
const outcome = (change: Partial<ReceiptFacts>) => makeReceipt({ ...facts, ...change }).request.outcome;

describe('a receipt', () => {
  it('says what was done where, what stayed and why, and who had the exports', () => {
    const kept = { ...finding, type: 'workItem', kept: 2, uncertain: 1, ground: 'Art. 17(3)(b) GDPR' };
    const receipt = makeReceipt({ ...facts, findings: [finding, kept] });
    expect(receipt).toMatchObject({
      request: { caseId: '2026-0117', kind: 'erasure', outcome: 'done_in_part' },
      person: { identifiers: 3 },
      searched: ['crm', LEFT_OUT],
      stayed: [
        { source: 'crm', type: 'workItem', rows: 2, why: 'legal_ground', ground: 'Art. 17(3)(b) GDPR' },
        { source: 'crm', type: 'workItem', rows: 1, why: 'uncertain', ground: null },
      ],
      exports: { withdrawn: [{ fileName: 'crm-Contact.zip.p7m', downloads: [{ user: 'ben' }] }], unknown: 2 },
      ledger: { line: 7 },
      times,
    });
    expect(receipt.work.map(({ type, done }) => [type, done])).toEqual([
      ['contact', 3],
      ['workItem', 3],
    ]);
  });

  it('is done in part when a source was not reached, and names it', () => {
    const receipt = makeReceipt({ ...facts, notReached: ['crm', 'ada@example.com'] });
    expect(receipt).toMatchObject({ request: { outcome: 'done_in_part' }, notReached: ['crm', LEFT_OUT] });
  });

  it('is done in part only when the law keeps something, and refused when it was', () => {
    expect(outcome({})).toBe('done');
    expect(outcome({ findings: [{ ...finding, uncertain: 1 }] })).toBe('done');
    expect(outcome({ ended: 'refused', refusalGround: 'excessive', findings: [{ ...finding, kept: 1 }] })).toBe('refused');
  });

  it('leaves the case id out when nobody can tell any more whether it names the person', () => {
    expect(makeReceipt({ ...facts, aliases: null }).request.caseId).toBe(LEFT_OUT);
  });

  const word = fc.stringMatching(/^[a-z]{4,12}$/);
  const alias = fc.oneof(
    fc.tuple(word, word).map(([name, domain]) => ({ type: 'email' as const, normal: `${name}@${domain}.com`, spelled: `${name.toUpperCase()}@${domain}.com` })),
    fc.stringMatching(/^[1-9]\d{6}$/).map((end) => ({ type: 'phone' as const, normal: `+4989${end}`, spelled: `089-${end.slice(0, 3)}/${end.slice(3)}` })),
    fc.stringMatching(/^C-\d{5,9}$/).map((id) => ({ type: 'customer_id' as const, normal: id, spelled: id.replace('-', '') })),
    fc.stringMatching(/^\d{1,3}$/).map((id) => ({ type: 'account_number' as const, normal: id, spelled: id })),
  );

  it('never names the person, wherever somebody wrote an identifier of theirs', () => {
    fc.assert(
      fc.property(alias, word, fc.integer({ min: 0, max: 4 }), fc.boolean(), ({ type, normal, spelled }, around, place, isSpelled) => {
        const written = isSpelled ? spelled : normal;
        // A short one stands by chance in anything.
        const text = normal.length < 4 ? written : `${around}-${written}.${around}`;
        const at = (index: number, or: string) => (index === place ? text : or);
        const receipt = makeReceipt({
          ...facts,
          aliases: [{ type, normal }],
          request: { ...facts.request, caseId: at(0, 'K') },
          findings: [{ ...finding, source: at(1, 'K'), kept: 1 }],
          exports: [{ ...heldExport, fileName: at(2, 'K'), source: at(3, 'K'), downloads: [{ user: at(4, 'K'), at: times.approvedAt }] }],
        });
        const { request, work, stayed, exports } = receipt;
        const [one] = exports.withdrawn;
        const free = [request.caseId, work[0]?.source, stayed[0]?.source, one?.fileName, one?.source, one?.downloads[0]?.user];
        for (const shown of free) expect(['K', LEFT_OUT]).toContain(shown);
        expect(free.filter((shown) => shown === LEFT_OUT).length).toBe(place === 1 ? 2 : 1);
      }),
    );
  });
});

describe('the text that is signed', () => {
  it('is the same in whatever order and form the document is written', () => {
    const value = makeReceipt(facts);
    const turned = JSON.parse(JSON.stringify(value, null, 4), (_, one: unknown) =>
      typeof one === 'object' && one !== null && !Array.isArray(one) ? Object.fromEntries(Object.entries(one).reverse()) : one,
    ) as unknown;
    expect(JSON.stringify(turned)).not.toBe(JSON.stringify(value));
    expect(canonicalText(turned)).toBe(canonicalText(value));
    expect(canonicalText({ b: [1, null, true], a: 'ü"\n', B: {} })).toBe('{"B":{},"a":"ü\\"\\n","b":[1,null,true]}');
  });

  it('is another one for any other value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        const norm = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;
        let isEqual = true;
        try {
          expect(norm(one)).toEqual(norm(other));
        } catch {
          isEqual = false;
        }
        return (canonicalText(norm(one)) === canonicalText(norm(other))) === isEqual;
      }),
    );
  });
});
