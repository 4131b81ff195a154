/**
 * Makes sure of the real tools the tests compare UDM with. The one step that may use the network: as root on Debian it
 * installs what is missing; elsewhere it says what is missing and how to provide it. `--bench` adds the benchmark's peers.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';

interface Tool {
  readonly name: string;
  readonly packages: readonly string[];
  readonly present: () => boolean;
  /** How to give it where this script may not install. */
  readonly otherwise: string;
}

const POSTGRES_FOLDER = process.env['UDM_TEST_PG_BIN'] ?? '/usr/lib/postgresql/15/bin';
const PYTHON = process.env['UDM_TEST_PYTHON'] ?? '/usr/bin/python3';
const JARS = process.env['UDM_TEST_JARS'] ?? '/usr/share/java';
const NO_CLUSTER_FILE = '/etc/postgresql-common/createcluster.d/no-main-cluster.conf';

const TEST_TOOLS: readonly Tool[] = [
  inPath('openssl', 'openssl'),
  inPath('unzip', 'unzip'),
  inPath('zip', 'zip'),
  inPath('7zz', '7zip'),
  inPath('bsdtar', 'libarchive-tools'),
  {
    name: 'Python with asn1crypto and cryptography',
    packages: ['python3-asn1crypto', 'python3-cryptography'],
    present: () => spawnSync(PYTHON, ['-c', 'import asn1crypto, cryptography']).status === 0,
    otherwise: 'name a Python that has both in UDM_TEST_PYTHON',
  },
  inPath('javac', 'default-jdk-headless'),
  {
    name: 'Bouncy Castle for Java (bcpkix.jar, bcprov.jar, bcutil.jar)',
    packages: ['libbcpkix-java'],
    present: () => ['bcpkix', 'bcprov', 'bcutil'].every((name) => existsSync(path.join(JARS, `${name}.jar`))),
    otherwise: 'name a folder with them in UDM_TEST_JARS',
  },
  {
    name: 'PostgreSQL 15 (initdb, postgres, psql)',
    packages: ['postgresql-15', 'postgresql-client-15'],
    present: () => ['initdb', 'postgres', 'psql'].every((program) => existsSync(path.join(POSTGRES_FOLDER, program))),
    otherwise: 'name a folder with initdb, postgres and psql in UDM_TEST_PG_BIN',
  },
];
const BENCH_TOOLS: readonly Tool[] = [inPath('igzip', 'isal'), inPath('pigz', 'pigz')];

const wanted = process.argv.includes('--bench') ? [...TEST_TOOLS, ...BENCH_TOOLS] : TEST_TOOLS;
const missing = wanted.filter((tool) => !tool.present());
if (missing.length > 0) provide(missing);

function inPath(program: string, debianPackage: string): Tool {
  return {
    name: program,
    packages: [debianPackage],
    present: () => (process.env['PATH'] ?? '').split(path.delimiter).some((folder) => isExecutable(path.join(folder, program))),
    otherwise: `install the program "${program}" so that it is found in PATH`,
  };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function provide(tools: readonly Tool[]): void {
  if (process.env['UDM_TEST_PG_BIN'] && tools.some((tool) => tool.packages.includes('postgresql-15'))) {
    giveUp(tools, 'UDM_TEST_PG_BIN names a folder without them');
    return;
  }
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    giveUp(tools, 'they are installed by themselves only as root on Debian');
    return;
  }
  const packages = tools.flatMap((tool) => tool.packages);
  console.error(`Test set-up: installing ${packages.join(', ')}`);
  aptGet('update');
  if (packages.includes('postgresql-15')) {
    // The tests start servers of their own, so the package must not start one.
    aptGet('install', '-y', '--no-install-recommends', 'postgresql-common');
    if (existsSync(path.dirname(NO_CLUSTER_FILE)) && !existsSync(NO_CLUSTER_FILE)) writeFileSync(NO_CLUSTER_FILE, 'create_main_cluster = false\n');
  }
  aptGet('install', '-y', '--no-install-recommends', ...packages);
  const still = tools.filter((tool) => !tool.present());
  if (still.length > 0) giveUp(still, 'apt-get did not bring them');
}

/** Tries twice: a mirror may fail once. */
function aptGet(...args: readonly string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    const { status, stdout, stderr } = spawnSync('apt-get', ['-q', ...args], { env, encoding: 'utf8', timeout: 300_000 });
    if (status === 0) return;
    if (attempt === 2) console.error(`apt-get ${args.join(' ')} failed:\n${`${stdout}\n${stderr}`.trim().slice(-3_000)}`);
  }
}

function giveUp(tools: readonly Tool[], reason: string): void {
  console.error(`Test set-up: missing, and ${reason}:`);
  for (const tool of tools) console.error(`  ${tool.name}: ${tool.otherwise} (Debian: apt-get install ${tool.packages.join(' ')})`);
  process.exitCode = 1;
}
