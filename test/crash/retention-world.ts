import { buffer } from 'node:stream/consumers';
import type pg from 'pg';
import type { Actor } from '../../src/domain/permission.ts';
import { CodedError } from '../../src/errors.ts';
import { deleteFilesDue } from '../../src/operations/delete-files.ts';
import { openRange } from '../../src/operations/open-artifact.ts';
import { agreeToClock } from '../../src/operations/retention.ts';
import { watchRetentionClock, whenKeptFrom } from '../../src/operations/retention-clock.ts';
import type { Services } from '../../src/operations/services.ts';
import { insertArtifact } from '../../src/records/artifacts.ts';
import { inTenant } from '../../src/records/database.ts';
import { readHalt } from '../../src/records/retention.ts';
import type { Random } from '../../src/sample/random.ts';

/**
 * A world in which files are stored, downloaded and deleted by the real operations, on a real database and a real store, while its clocks leap, UDM
 * and its machine start anew, and storage fails. It alone knows what time it really is, and keeps note of every promise that is broken.
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Clocks that differ by less are set right in passing, docs/decisions/0026. */
const TOLERANCE = HOUR;

interface Life {
  readonly id: string;
  readonly key: string;
  readonly bytes: Buffer;
  /** By the true clock: no earlier than this may its file go. */
  readonly promisedUntil: number;
  /** As its row says. */
  readonly expiresAt: number;
}

export interface WorldFigures {
  lives: number;
  served: number;
  refused: number;
  /** Probes in the last millisecond before expiry, and at the instant itself, by a right clock. */
  atTheEdge: number;
  leaps: number;
  wentBack: number;
  restarts: number;
  halts: number;
  failedDeletions: number;
}

export class RetentionWorld {
  readonly figures: WorldFigures = { lives: 0, served: 0, refused: 0, atTheEdge: 0, leaps: 0, wentBack: 0, restarts: 0, halts: 0, failedDeletions: 0 };
  readonly broken: string[] = [];
  readonly #services: Services;
  readonly #actor: Actor;
  readonly #runId: string;
  readonly #superuser: pg.Client;
  readonly #random: Random;
  readonly #lives = new Map<string, Life>();
  #now: number;
  /** How far the database's clock is ahead of the true one. */
  #skew = 0;
  #boot = { id: 1, at: 0 };
  // The run has its first part already.
  #part = 2;
  #storageFails = false;
  #isStart = true;
  #isHalted = false;
  /** Since when, by the true clock, nothing halts retention. */
  #worksSince: number;
  /** Since when the clock is and was right: nothing is refused early by the floor of a clock that was ahead. */
  #isPure = true;

  constructor(parts: { services: Services; actor: Actor; runId: string; superuser: pg.Client; random: Random; begin: number }) {
    const { storage } = parts.services;
    const remove = async (key: string) => {
      if (!this.#storageFails) return storage.remove(key);
      this.figures.failedDeletions += 1;
      throw new CodedError('storage.remove_failed');
    };
    this.#services = {
      ...parts.services,
      storage: new Proxy(storage, { get: (from, name) => (name === 'remove' ? remove : Reflect.get(from, name).bind(from)) }),
      bootClock: { read: () => ({ bootId: `start ${this.#boot.id}`, milliseconds: this.#now - this.#boot.at }) },
    };
    this.#actor = parts.actor;
    this.#runId = parts.runId;
    this.#superuser = parts.superuser;
    this.#random = parts.random;
    this.#now = parts.begin;
    this.#worksSince = parts.begin;
    this.#boot.at = parts.begin - HOUR;
  }

  get alive(): number {
    return this.#lives.size;
  }

  async begin(): Promise<void> {
    await this.#setClock();
    await this.#keepHouse();
  }

  /** New files of one age, kept for one to three days. */
  async store(count: number): Promise<void> {
    const retentionDays = 1 + this.#random.below(3);
    await this.#superuser.query('UPDATE run SET finished_at = udm_now() WHERE id = $1', [this.#runId]);
    for (let one = 0; one < count; one += 1) await this.#storeOne(retentionDays);
  }

  /** Some time passes and something happens in it. */
  async step(): Promise<void> {
    const random = this.#random;
    const wanted = random.chance(0.3) ? random.below(30 * MINUTE) : random.below(12 * HOUR);
    const edge = this.#nextEdge();
    if (edge !== null && edge <= this.#now + wanted) await this.#probeEdge(edge);
    else await this.#pass(wanted);
    await this.#befall();
    this.#storageFails = !this.#storageFails && random.chance(0.3);
    await this.#keepHouse();
    await this.#probeSome();
    if (this.#isHalted && random.chance(0.25)) await this.#setRight();
  }

  /** Everything is set right, and what has not gone by two days after the last expiry never would have. */
  async end(): Promise<void> {
    this.#storageFails = false;
    await this.#setRight();
    const last = Math.max(this.#now, ...[...this.#lives.values()].map((life) => life.expiresAt));
    for (const after of [0, 3 * HOUR, 12 * HOUR, 30 * HOUR]) {
      await this.#pass(last + after - this.#now);
      await this.#keepHouse();
    }
    for (const life of this.#lives.values()) this.broken.push(`${life.id} expired and its file is there still`);
  }

  async #storeOne(retentionDays: number): Promise<void> {
    const { tenantId } = this.#actor;
    const part = this.#part++;
    const key = `${tenantId}/${this.#runId}/lives-${part}`;
    const bytes = Buffer.from(`the bytes of part ${part}`);
    const upload = await this.#services.storage.create(key);
    await upload.write(bytes);
    await upload.seal();
    const id = await inTenant(this.#services.database, tenantId, async (tx) =>
      insertArtifact(tx, {
        ...{ tenantId, runId: this.#runId, part, fileName: `part-${part}.zip.p7m`, objectKey: key, rows: 1, bytes: bytes.length, sha256: '0'.repeat(64) },
        retentionDays,
        keptFrom: await whenKeptFrom(this.#services, tx),
      }),
    );
    const { rows } = await this.#superuser.query<{ at: Date }>('SELECT expires_at AS at FROM artifact WHERE id = $1', [id]);
    const [{ at: expiresAt }] = rows as [{ at: Date }];
    this.#lives.set(id, { id, key, bytes, promisedUntil: this.#now + retentionDays * DAY, expiresAt: expiresAt.getTime() });
    this.figures.lives += 1;
  }

  /** The next instant at which one of the files expires, by a database clock that is ahead by the skew. */
  #nextEdge(): number | null {
    const edges = [...this.#lives.values()].map((life) => life.expiresAt - this.#skew).filter((at) => at > this.#now + 1);
    return edges.length === 0 ? null : Math.min(...edges);
  }

  /** To the last millisecond before it, then to the instant itself. */
  async #probeEdge(edge: number): Promise<void> {
    await this.#pass(edge - 1 - this.#now);
    const lives = [...this.#lives.values()].filter((life) => life.expiresAt - this.#skew === edge);
    for (const life of lives) {
      const isServed = await this.#probe(life);
      if (this.#isPure && !isServed) this.broken.push(`${life.id} was refused a millisecond before it expired`);
    }
    await this.#pass(1);
    for (const life of lives) if (await this.#probe(life)) this.broken.push(`${life.id} was served at its instant of expiry`);
    if (this.#skew === 0) this.figures.atTheEdge += lives.length;
  }

  /** A few of all, expired or not. */
  async #probeSome(): Promise<void> {
    const lives = [...this.#lives.values()];
    for (let probes = Math.min(3, lives.length); probes > 0; probes -= 1) await this.#probe(this.#random.pick(lives));
  }

  /** Asks for a file and reads what comes; what must not come, or come as it was stored, is noted. */
  async #probe(life: Life): Promise<boolean> {
    const from = this.#random.below(life.bytes.length);
    const choose = () => ({ range: { start: from, end: life.bytes.length - 1 } });
    try {
      const { content } = await openRange(this.#services, this.#actor, life.id, choose);
      const bytes = await buffer(content as NonNullable<typeof content>);
      this.figures.served += 1;
      if (!bytes.equals(life.bytes.subarray(from))) this.broken.push(`${life.id} was served with other bytes`);
      if (this.#now >= life.expiresAt + TOLERANCE) this.broken.push(`${life.id} was served late`);
      return true;
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      this.figures.refused += 1;
      if (error.code !== 'artifact.gone') this.broken.push(`${life.id} was refused with ${error.code}`);
      if (this.#isPure && this.#now < life.expiresAt) this.broken.push(`${life.id} was refused early`);
      return false;
    }
  }

  async #pass(milliseconds: number): Promise<void> {
    this.#now += Math.max(0, milliseconds);
    await this.#setClock();
  }

  async #befall(): Promise<void> {
    const random = this.#random;
    const what = random.fraction();
    if (what < 0.04) await this.#turnClock((random.chance(0.5) ? 1 : -1) * (2 * HOUR + random.below(300 * HOUR)));
    else if (what < 0.12) await this.#turnClock(random.below(100 * MINUTE) - 50 * MINUTE - this.#skew);
    else if (what < 0.16) await this.#turnClock(-this.#skew);
    else if (what < 0.21) await this.#restart(random.chance(0.5));
    else if (what < 0.25) await this.#goBackOverStop();
  }

  async #turnClock(by: number): Promise<void> {
    this.#skew += by;
    this.#isPure = false;
    this.figures.leaps += 1;
    await this.#setClock();
  }

  async #restart(ofMachine: boolean): Promise<void> {
    // Up to now it was running: how long a machine was off with its clock turned back nobody can know.
    await this.#keepHouse();
    this.#isStart = true;
    this.figures.restarts += 1;
    if (ofMachine) this.#boot = { id: this.#boot.id + 1, at: this.#now - MINUTE };
  }

  async #goBackOverStop(): Promise<void> {
    await this.#restart(true);
    this.figures.wentBack += 1;
    await this.#turnClock(-(HOUR + this.#random.below(100 * HOUR)));
  }

  /** An operator sets the clock right and agrees. */
  async #setRight(): Promise<void> {
    this.#skew = 0;
    await this.#setClock();
    const halt = await readHalt(this.#services.database);
    if (halt) await agreeToClock(this.#services, { ...this.#actor, kind: 'operator' }, halt.id);
    this.#isHalted = false;
    this.#worksSince = this.#now;
    this.#isPure = halt !== null;
    await this.#keepHouse();
  }

  async #keepHouse(): Promise<void> {
    const look = await watchRetentionClock(this.#services, this.#isStart);
    this.#isStart = false;
    const { isHalted } = look ?? { isHalted: true };
    if (isHalted && !this.#isHalted) this.figures.halts += 1;
    if (!isHalted && this.#isHalted) this.broken.push('retention went on although nobody agreed');
    this.#isHalted = isHalted;
    const gone = isHalted ? 0 : await deleteFilesDue(this.#services, look);
    if (gone > 0) await this.#noteGone();
    for (const life of this.#lives.values()) {
      if (isHalted || this.#now < Math.max(life.expiresAt + TOLERANCE, this.#worksSince) + DAY || this.#storageFails) continue;
      if (this.#skew > -TOLERANCE) this.broken.push(`${life.id} was not deleted within a day`);
    }
  }

  async #noteGone(): Promise<void> {
    const ids = [...this.#lives.keys()];
    const { rows } = await this.#superuser.query<{ id: string }>('SELECT id FROM artifact WHERE object_gone_at IS NOT NULL AND id = ANY ($1)', [ids]);
    for (const { id } of rows) {
      const life = this.#lives.get(id) as Life;
      if (this.#now < life.promisedUntil) this.broken.push(`${id} was deleted ${Math.round((life.promisedUntil - this.#now) / MINUTE)} minutes early`);
      if ((await this.#services.storage.size(life.key)) !== null) this.broken.push(`${id} is said to be gone and is there`);
      this.#lives.delete(id);
    }
    for (const life of this.#lives.values())
      if ((await this.#services.storage.size(life.key)) === null) this.broken.push(`the file of ${life.id} went and its row does not say so`);
  }

  async #setClock(): Promise<void> {
    await this.#superuser.query('UPDATE test_clock SET now = $1', [new Date(this.#now + this.#skew)]);
  }
}
