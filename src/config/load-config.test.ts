import { expect, it } from 'vitest';
import type { CodedError } from '../errors.ts';
import { loadConfig } from './load-config.ts';

it('takes 0 to 16 further connections to a source', () => {
  for (const [text, count] of [
    ['0', 0],
    ['16', 16],
  ] as const)
    expect(loadConfig({ UDM_SOURCE_CONNECTIONS: text }).sourceConnections).toBe(count);
  for (const text of ['-1', '17'])
    expect(() => loadConfig({ UDM_SOURCE_CONNECTIONS: text })).toThrow(
      expect.objectContaining({
        code: 'config.invalid',
        details: { problems: [expect.objectContaining({ field: 'UDM_SOURCE_CONNECTIONS', range: '0 to 16' })] },
      }),
    );
});

it('takes hosts of sources as names, patterns, addresses and networks, and nothing that would allow nothing', () => {
  const list = 'db.example.com, *.example.org,10.0.0.8,10.1.0.0/16,2001:db8::/32';
  expect(loadConfig({ UDM_SOURCE_HOSTS: list }).sourceHosts).toEqual(['db.example.com', '*.example.org', '10.0.0.8', '10.1.0.0/16', '2001:db8::/32']);
  expect(loadConfig({}).sourceHosts).toEqual([]);
  for (const text of ['10.0.0', '10.0.0.0/33', 'http://x', 'a b', '*', 'x:5432'])
    expect(() => loadConfig({ UDM_SOURCE_HOSTS: text })).toThrow(
      expect.objectContaining({ details: { problems: [expect.objectContaining({ field: 'UDM_SOURCE_HOSTS' })] } }),
    );
});

it('takes a mail server with a sender, and plain text only to this machine', () => {
  const problemsOf = (settings: Record<string, string>) => {
    try {
      return loadConfig(settings).smtp;
    } catch (error) {
      return (error as CodedError).details.problems?.map((one) => one.field);
    }
  };
  expect(loadConfig({}).smtp).toBeNull();
  const server = { UDM_SMTP_HOST: 'mail.example.org', UDM_SMTP_FROM: 'UDM <udm@example.org>' };
  expect(problemsOf(server)).toMatchObject({ host: 'mail.example.org', port: 587, security: 'starttls', user: '' });
  expect(problemsOf({ UDM_SMTP_HOST: 'mail.example.org' })).toEqual(['UDM_SMTP_FROM']);
  expect(problemsOf({ ...server, UDM_SMTP_SECURITY: 'none' })).toEqual(['UDM_SMTP_SECURITY']);
  expect(problemsOf({ ...server, UDM_SMTP_HOST: '127.0.0.1', UDM_SMTP_SECURITY: 'none' })).toMatchObject({ security: 'none' });
  expect(problemsOf({ ...server, UDM_SMTP_SECURITY: 'ssl', UDM_SMTP_FROM: 'udm@x\r\nBcc: y@z', UDM_SMTP_PORT: '0' })?.toString()).toBe(
    'UDM_SMTP_PORT,UDM_SMTP_SECURITY,UDM_SMTP_FROM',
  );
  const { smtp } = loadConfig({ ...server, UDM_SMTP_PASSWORD: 'hush' });
  expect(JSON.stringify(smtp)).not.toContain('hush');
});
