import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'web/**/*.test.ts', 'scripts/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'dist/**'],
    environment: 'node',
    globalSetup: './test/support/shared-folder.ts',
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    testTimeout: 60_000,
    hookTimeout: 180_000,
    teardownTimeout: 30_000,
    // The default, a second, is nothing on a busy machine.
    expect: { poll: { timeout: 30_000, interval: 20 } },
    passWithNoTests: false,
    allowOnly: false,
    reporters: ['default', './scripts/plain-reporter.ts'],
  },
});
