import { openApp } from '../../../src/app.ts';
import { loadConfig } from '../../../src/config/index.ts';
import { pretendDowntime } from '../../../src/operations/pretend-downtime.ts';
import { administrator } from '../../support/serve.ts';
import { type TestUdm, testEnvironment } from '../../support/udm.ts';

/** Lets a job look as if it had been there since `since` with nobody planning it: the running UDM plans what came due since then. */
export async function moveStartBack(udm: TestUdm, jobId: string, since: Date): Promise<void> {
  const app = await openApp(loadConfig({ ...testEnvironment(udm.dataDir), UDM_LOG_LEVEL: 'silent' }), 'guest');
  try {
    await pretendDowntime(app.services, await administrator(app, udm.tenant), jobId, since);
  } finally {
    await app.stop();
  }
}
