import { describe, expect, it } from 'vitest';
import { isAllowed } from './allowed-hosts.ts';
import { resolveHost } from './reach.ts';

const NEVER = [
  '169.254.169.254',
  '169.254.0.1',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '64:ff9b::a9fe:a9fe',
  '2002:a9fe:a9fe::1',
  'fe80::1',
  'fd00:ec2::254',
].concat(['100.100.100.200', '192.0.0.192', '0.0.0.0', '::', '224.0.0.1', '255.255.255.255', 'ff02::1', 'no address', '']);

describe('where a source may be', () => {
  it.each(NEVER)('never at "%s", whatever is allowed', (address) => {
    for (const allowed of [[], ['0.0.0.0/1', '128.0.0.0/1', '::/1', '8000::/1'], ['db.example.com']])
      expect(isAllowed('db.example.com', address, allowed)).toBe(false);
  });

  it.each(['127.0.0.1', '::1', '10.1.2.3', '192.168.0.9', '172.16.0.1', 'fd12::1', '93.184.216.34', '169.253.255.255', '169.255.0.0'])(
    'at %s, unless hosts are narrowed',
    (address) => {
      expect(isAllowed('x', address, [])).toBe(true);
      expect(isAllowed('x', address, ['y.example', '203.0.113.0/24'])).toBe(false);
    },
  );

  it('by name, by names below one, by address and by network', () => {
    expect(isAllowed('DB.example.com', '10.0.0.1', ['db.EXAMPLE.com'])).toBe(true);
    expect(isAllowed('db.example.com', '10.0.0.1', ['*.example.com'])).toBe(true);
    expect(isAllowed('example.com', '10.0.0.1', ['*.example.com'])).toBe(false);
    expect(isAllowed('db.notexample.com', '10.0.0.1', ['*.example.com'])).toBe(false);
    expect(isAllowed('x', '10.0.0.1', ['10.0.0.1'])).toBe(true);
    expect(isAllowed('x', '10.0.0.2', ['10.0.0.1'])).toBe(false);
    expect(isAllowed('x', '10.9.9.9', ['10.0.0.0/8'])).toBe(true);
    expect(isAllowed('x', '2001:db8::5', ['2001:db8::/32'])).toBe(true);
  });

  it('is asked of what a name stands for', async () => {
    const { signal } = new AbortController();
    expect(await resolveHost('localhost', [], signal)).toContain('127.0.0.1');
    await expect(resolveHost('localhost', ['10.0.0.0/8'], signal)).rejects.toMatchObject({ code: 'source.host_refused' });
    await expect(resolveHost('[::ffff:169.254.169.254]', [], signal)).rejects.toMatchObject({ code: 'source.host_refused' });
  });
});
