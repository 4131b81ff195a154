/** Ends every test run with one line that people and CI can read: `12 passed, 0 failed`. */
import type { Reporter, TestModule } from 'vitest/node';

export default class PlainReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) count[test.result().state] += 1;
      // A file or a hook that fails as such is a failure, also when none of its tests ran.
      count.failed += module.errors().length;
      for (const suite of module.children.allSuites()) count.failed += suite.errors().length;
    }
    count.failed += unhandledErrors.length;
    // A run without tests proves nothing.
    if (modules.length === 0) count.failed += 1;
    const skipped = count.skipped + count.pending;
    // After the other reporters have had their say.
    process.once('exit', () => {
      process.stdout.write(`\n${count.passed} passed, ${count.failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
    });
  }
}
