import { connect, createServer, type Socket } from "node:net";

/** What happens when the client sends COMMIT: it arrives or not, the answer never does. */
export type Break = "none" | "before_commit" | "after_commit" | "after_commit_for_good";

export interface BreakableProxy {
  readonly port: number;
  breakAt(moment: Break): void;
  close(): Promise<void>;
}

/** A TCP proxy before PostgreSQL that loses the connection at a chosen moment of the next transaction. */
export async function startProxy(target: number): Promise<BreakableProxy> {
  let moment: Break = "none";
  let down = false;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target, "127.0.0.1");
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => sockets.delete(socket));
    }
    if (down) {
      client.destroy();
      upstream.destroy();
      return;
    }
    client.on("data", (data) => {
      if (moment === "none" || !/commit\0/.test(data.toString("latin1"))) {
        upstream.write(data);
        return;
      }
      const current = moment;
      moment = "none";
      down = current === "after_commit_for_good";
      client.destroy();
      // end() sends what was written first: the server gets COMMIT, or the end of the connection alone.
      if (current !== "before_commit") upstream.write(data);
      upstream.end();
    });
    client.on("end", () => upstream.end());
    upstream.on("data", (data) => client.write(data));
    upstream.on("close", () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    port: address.port,
    breakAt: (next) => {
      moment = next;
      down = false;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
