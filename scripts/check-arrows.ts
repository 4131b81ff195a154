/** Checks every import of src and web against import-rules.json, and that there are no cycles. */
import { readFile } from 'node:fs/promises';
import { cruise, type IForbiddenRuleType, type ICruiseResult } from 'dependency-cruiser';
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config';

interface Room {
  readonly room: string;
  readonly path: string;
  /** Rooms it may import from; `*` means all. Its own files are always allowed. */
  readonly may: readonly string[];
  readonly notMay?: readonly string[];
  /** npm packages it may import; `@scope/*` and `*` are patterns. */
  readonly packages: readonly string[];
  /** Modules of Node it may import; false: none; left out: all. */
  readonly node?: false | readonly string[];
  readonly why: string;
}

interface ImportRules {
  readonly rooms: readonly Room[];
  readonly outside: readonly { readonly path: string; readonly why: string }[];
}

const OURS = '^(src|web|test|scripts|bench|migrations)/';

const rules = JSON.parse(await readFile('import-rules.json', 'utf8')) as ImportRules;
const result = await cruise(
  ['src', 'web'],
  {
    validate: true,
    ruleSet: { forbidden: [...forbiddenOf(rules), ...generalRules()] },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
  },
  { conditionNames: ['import', 'node', 'default', 'types'], exportsFields: ['exports'], extensions: ['.ts', '.tsx', '.js', '.mjs', '.json', '.css', '.d.ts'] },
  { tsConfig: extractTsConfig('tsconfig.json') },
);
process.exitCode = report(result.output as ICruiseResult, rules);

function forbiddenOf({ rooms, outside }: ImportRules): IForbiddenRuleType[] {
  const pathsOf = (names: readonly string[]) => (names.includes('*') ? rooms : rooms.filter((one) => names.includes(one.room))).map((one) => one.path);
  const exempt = outside.map((one) => one.path);
  return rooms.flatMap((room) => {
    const from = { path: room.path, pathNot: [...exempt, ...narrowerThan(room, rooms)] };
    const found: IForbiddenRuleType[] = [
      { name: `${room.room} imports a room`, severity: 'error', comment: room.why, from, to: { path: OURS, pathNot: [room.path, ...pathsOf(room.may)] } },
    ];
    if (room.notMay) found.push({ name: `${room.room} imports a room`, severity: 'error', comment: room.why, from, to: { path: pathsOf(room.notMay) } });
    if (!room.packages.includes('*')) {
      found.push({
        name: `${room.room} imports a package`,
        severity: 'error',
        comment: room.why,
        from,
        to: { path: 'node_modules/', pathNot: ['node_modules/@types/node/', ...room.packages.map(packagePath)] },
      });
    }
    if (room.node !== undefined) {
      const pathNot = (room.node || []).map((one) => `^${one}$`);
      found.push({ name: `${room.room} imports Node`, severity: 'error', comment: room.why, from, to: { dependencyTypes: ['core'], pathNot } });
    }
    return found;
  });
}

/** A file like src/sources/source.ts is a room of its own inside the pattern of another. */
function narrowerThan(room: Room, rooms: readonly Room[]): string[] {
  return rooms.filter((other) => other !== room && other.path.endsWith('\\.ts$') && !room.path.endsWith('\\.ts$')).map((other) => other.path);
}

function packagePath(name: string): string {
  const plain = name.replace('*', '');
  return name.endsWith('*') ? `node_modules/${plain}` : `node_modules/(@types/)?${plain}/`;
}

function generalRules(): IForbiddenRuleType[] {
  return [
    { name: 'no cycles', severity: 'error', comment: 'Each room can be read alone.', from: { path: OURS }, to: { circular: true } },
    {
      name: 'nothing unresolvable',
      severity: 'error',
      comment: 'An import that resolves to nothing cannot be checked.',
      from: { path: OURS },
      to: { couldNotResolve: true },
    },
    {
      name: 'every file has a room',
      severity: 'error',
      comment: 'A new folder needs a line in import-rules.json.',
      from: { path: '^src/', pathNot: [...rules.rooms.map((one) => one.path), ...rules.outside.map((one) => one.path)] },
      to: {},
    },
    {
      name: 'no tests in code',
      severity: 'error',
      comment: 'Code must run without its tests.',
      from: { path: '^(src|web)/', pathNot: '\\.test\\.tsx?$' },
      to: { path: '^test/|\\.test\\.tsx?$' },
    },
  ];
}

function report({ summary, modules }: ICruiseResult, { rooms }: ImportRules): number {
  const cruised = modules.filter((one) => /^(src|web)\//.test(one.source));
  const withImports = cruised.filter((one) => one.dependencies.length > 0);
  if (withImports.length < 10) {
    console.error(`Only ${withImports.length} modules with imports were read: the check itself is broken.`);
    return 1;
  }
  for (const room of rooms) {
    if (!cruised.some((one) => new RegExp(room.path).test(one.source)))
      console.log(`Note: import-rules.json names the room "${room.room}", and no file is in it.`);
  }
  for (const one of summary.violations) {
    const why = summary.ruleSetUsed?.forbidden?.find((rule) => rule.name === one.rule.name)?.comment ?? '';
    const round = one.type === 'cycle' ? ` (${one.cycle?.map((step) => step.name).join(' -> ')})` : '';
    console.error(`${one.from} -> ${one.to}${round}\n    ${one.rule.name}: ${why}`);
  }
  console.log(`${cruised.length} modules, ${summary.violations.length} forbidden imports.`);
  return summary.violations.length === 0 ? 0 : 1;
}
