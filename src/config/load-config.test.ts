import { expect, it } from 'vitest';
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
