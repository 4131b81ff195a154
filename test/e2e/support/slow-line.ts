import { connect, createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A line between the browser and UDM that a test can slow down and cut. */
export interface SlowLine {
  readonly url: string;
  /** Bytes that may still pass towards the browser; then the line stands still. */
  allow(bytes: number): void;
  /** Bytes that passed towards the browser so far. */
  passed(): number;
  /** Ends every connection in the middle. */
  cut(): void;
  /** No connection is taken, as when the network is gone. */
  down(down: boolean): void;
  close(): Promise<void>;
}

/** Lets pieces of 16 KB through for as long as there is allowance. */
export async function openSlowLine(target: string): Promise<SlowLine> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const flows = new Set<() => void>();
  let allowance = Number.POSITIVE_INFINITY;
  let passed = 0;
  let isDown = false;
  const server = createServer((browser) => {
    if (isDown) {
      browser.destroy();
      return;
    }
    const udm = connect(Number(port), hostname);
    for (const socket of [browser, udm]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        flows.delete(flow);
        browser.destroy();
        udm.destroy();
      });
    }
    browser.pipe(udm);
    const flow = () => {
      while (allowance > 0 && !browser.writableNeedDrain) {
        const chunk = udm.read() as Buffer | null;
        if (chunk === null) return;
        const now = chunk.subarray(0, Math.min(allowance, 16_384));
        if (now.length < chunk.length) udm.unshift(chunk.subarray(now.length));
        allowance -= now.length;
        passed += now.length;
        browser.write(now);
      }
    };
    flows.add(flow);
    udm.on('readable', flow);
    browser.on('drain', flow);
    udm.on('end', () => browser.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    allow(bytes) {
      allowance = bytes;
      for (const flow of flows) flow();
    },
    passed: () => passed,
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    down(down) {
      isDown = down;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
