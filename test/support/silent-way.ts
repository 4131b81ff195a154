import net from 'node:net';

export interface SilentWay {
  readonly port: number;
  /** From now on the connections that are open carry nothing any more, and stay open. */
  fallSilent(): void;
  /** Whether a client said `last`. */
  hasFallenSilent(): boolean;
  close(): void;
}

/** A way to a server that can fall silent: by `fallSilent`, or for good, new connections too, once a client says `last`. */
export async function openSilentWay(to: { readonly host: string; readonly port: number }, last?: string): Promise<SilentWay> {
  const open = new Set<{ isSilent: boolean; readonly sockets: readonly net.Socket[] }>();
  let isOver = false;
  const fallSilent = () => {
    for (const one of open) one.isSilent = true;
  };
  const server = net.createServer((near) => {
    const far = net.connect(to.port, to.host);
    const way = { isSilent: isOver, sockets: [near, far] };
    open.add(way);
    const pass = (from: net.Socket, into: net.Socket) => {
      from.on('error', () => {});
      from.on('close', () => into.destroy());
      from.on('data', (bytes) => {
        if (last !== undefined && from === near && bytes.includes(last)) {
          isOver = true;
          fallSilent();
        }
        if (!way.isSilent) into.write(bytes);
      });
    };
    pass(near, far);
    pass(far, near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as net.AddressInfo).port,
    fallSilent,
    hasFallenSilent: () => isOver,
    close() {
      for (const { sockets } of open) for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
