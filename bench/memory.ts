/** Memory: the peak of UDM's process must not grow with the number of rows. */
import { UDM } from './contestants.ts';
import { type Report, type Result, summary } from './export.ts';
import { note, openWorkbench } from './workbench.ts';

export async function benchMemory(sizes: readonly number[], rounds: number): Promise<Report> {
  const bench = await openWorkbench();
  try {
    const results: Result[] = [];
    for (const interactions of sizes) {
      const { folder, certificateFile, keyFile, postmaster } = bench;
      const order = { connection: await bench.fill(interactions), folder, certificateFile, keyFile, postmaster };
      const measured = [];
      for (let round = 1; round <= rounds; round += 1) {
        const one = await UDM.run(order);
        note(`round ${round} of ${rounds}: ${one.rows.toLocaleString('en')} rows, ${one.seconds.toFixed(2)} s, ${one.peakMB.toFixed(0)} MB`);
        measured.push(one);
      }
      results.push(summary(UDM.name, measured));
    }
    return { results };
  } finally {
    await bench.close();
  }
}
