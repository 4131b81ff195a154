/**
 * What `udm demo` is when it was there before, without its exports: UDM with worker, planner and web app on a data folder, and the sample
 * contact centre beside it, until it is told to stop. Arguments: contacts, interactions and days of the sample.
 */
import { openApp } from '../../src/app.ts';
import { openDoor, stopSignal } from '../../src/cli/commands/serve.ts';
import { loadConfig } from '../../src/config/index.ts';
import { addDemoSources, demoAccount, startSample } from '../../src/demo/run-demo.ts';

const [contacts = 0, interactions = 0, days = 0] = process.argv.slice(2).map(Number);
const config = loadConfig(process.env);
const stop = stopSignal();
const app = await openApp(config, 'owner');
const centre = await startSample(app, { contacts, interactions, days, seed: 1 }, () => undefined);
const { actor } = await demoAccount(app);
await centre.addUntil(new Date());
await addDemoSources(app, actor, centre);
await app.startWorker();
app.startPlanner();
const door = await openDoor(app, config);
console.log(`UDM is ready: ${door.url}`);
await stop;
await door.close();
await app.stop();
await centre.stop();
process.exit(0);
