import { runCli } from './cli/cli.ts';

/** Entry: hands the command line over and ends with its exit code. */
process.exit(await runCli(process.argv.slice(2)));
