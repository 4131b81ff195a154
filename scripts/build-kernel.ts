/** Builds src/kernel/kernel.wasm from its AssemblyScript source. With --check: fails when the committed module is another one. */
import { readFile, writeFile } from 'node:fs/promises';
import asc from 'assemblyscript/asc';

const MODULE = 'src/kernel/kernel.wasm';
const OPTIONS = ['-O3', '--runtime', 'stub', '--noAssert', '--uncheckedBehavior', 'always', '--enable', 'simd', '--enable', 'bulk-memory'];

const built = await build();
if (process.argv.includes('--check')) {
  const committed = await readFile(MODULE);
  if (!committed.equals(built)) {
    console.error(`${MODULE} is not what its source gives: run "npm run kernel" and commit it.`);
    process.exitCode = 1;
  }
} else {
  await writeFile(MODULE, built);
  console.log(`${MODULE}: ${built.length} bytes`);
}

async function build(): Promise<Uint8Array> {
  let result: Uint8Array | null = null;
  const { error, stderr } = await asc.main(['src/kernel/assembly/index.ts', ...OPTIONS, '--outFile', 'kernel.wasm'], {
    writeFile(_name, contents) {
      result = Buffer.from(contents);
    },
  });
  if (error || !result) throw new Error(`The kernel does not build: ${stderr.toString()}`, { cause: error });
  return result;
}
