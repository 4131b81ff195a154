import { runCli } from './cli/cli.ts';

/** Entry: hands the command line over and ends with its exit code. */
// A reader that has enough (udm job list | head) closes the pipe; the command still ends in order.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exit(await runCli(process.argv.slice(2)));
