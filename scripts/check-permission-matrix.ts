/**
 * The tables that the matrix of permissions is made from know every route and every command, and none that is not there; nothing listens for it.
 * And what the web app asks the session for is an act that there is: a mistyped one would hide a button from everybody.
 */
import { subscribe } from 'node:diagnostics_channel';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { listCommands } from '../src/cli/cli.ts';
import { ACTIONS } from '../src/domain/permission.ts';
import { buildOpenApi } from '../src/http/openapi.ts';
import { VERSION } from '../src/version.ts';
import { COMMANDS } from '../test/permissions/commands.ts';
import { ROUTES } from '../test/permissions/routes.ts';

const problems = [
  ...differences('route', await listRoutes(), Object.keys(ROUTES), 'test/permissions/routes.ts'),
  ...differences('command', await listCommands(), Object.keys(COMMANDS), 'test/permissions/commands.ts'),
  ...unknownActs(),
];
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

/** What the server answers to, hidden from its document or not. A HEAD that fastify made of a GET is that GET. */
async function listRoutes(): Promise<string[]> {
  const seen: RouteOptions[] = [];
  subscribe('fastify.initialization', (message) => {
    (message as { fastify: FastifyInstance }).fastify.addHook('onRoute', (route) => {
      seen.push(route);
    });
  });
  await buildOpenApi(VERSION);
  const isMade = ({ method, url, schema }: RouteOptions) =>
    method === 'HEAD' && seen.some((one) => one.method === 'GET' && one.url === url && one.schema === schema);
  return seen.filter((route) => !isMade(route)).map(({ method, url }) => `${[method].flat().join('|')} ${url.replace(/:(\w+)/g, '{$1}')}`);
}

function differences(kind: string, there: readonly string[], listed: readonly string[], table: string): string[] {
  if (there.length === 0) return [`No ${kind} was found at all.`];
  return [
    ...there.filter((one) => !listed.includes(one)).map((one) => `The ${kind} "${one}" is not in ${table}: say who may.`),
    ...listed.filter((one) => !there.includes(one)).map((one) => `${table} names the ${kind} "${one}", which there is not.`),
  ];
}

function unknownActs(): string[] {
  const web = path.join(path.dirname(import.meta.dirname), 'web');
  const files = readdirSync(web, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file) && !file.startsWith('strings'));
  const asked = files.flatMap((file) =>
    [...readFileSync(path.join(web, file), 'utf8').matchAll(/(?:useMay|actions\.includes)\('([^']*)'\)|^ {2}\w+: '([a-z_]+\.[a-z_]+)',$/gm)].map(
      ([, one, other]) => ({ file, act: one ?? other ?? '' }),
    ),
  );
  if (asked.length === 0) return ['No act was found that the web app asks for.'];
  return asked
    .filter(({ act }) => !ACTIONS.some((one) => one === act))
    .map(({ file, act }) => `web/${file} asks whether "${act}" is allowed, which there is not.`);
}
