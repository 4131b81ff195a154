import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Where the files are that take longest, the longest first. */
const LONG: readonly RegExp[] = [/\/test\/e2e\/every-page\./, /\/test\/e2e\//, /\/test\/crash\//, /\/test\/(integration|contracts)\//, /\/test\//];

/** A long file that begins last would keep one core busy while the others rest. Within a group vitest's own order stays. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const at = LONG.findIndex((one) => one.test(moduleId));
      return at < 0 ? LONG.length : at;
    };
    return (await super.sort(files)).sort((one, other) => place(one) - place(other));
  }
}
