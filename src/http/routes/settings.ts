import { settingsChangeSchema, settingsSchema } from '../../contract/settings.ts';
import type { Services } from '../../operations/services.ts';
import { changeSettings, readSettings } from '../../operations/tenant-settings.ts';
import type { Api } from '../api.ts';
import { actorOfRequest } from '../session-guard.ts';

export function registerSettingsRoutes(api: Api, services: Services): void {
  api.get(
    '/settings',
    { schema: { summary: 'Settings of the tenant, and how much of its quotas is used', response: { 200: settingsSchema } } },
    async (request) => readSettings(services, actorOfRequest(request)),
  );
  api.put(
    '/settings',
    { schema: { summary: 'Change settings of the tenant; what is left out stays', body: settingsChangeSchema, response: { 200: settingsSchema } } },
    async (request) => changeSettings(services, actorOfRequest(request), request.body),
  );
}
