import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import type { Socket } from "node:dgram";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { ForkdError } from "@forkd/contract";
import { orCancelled, throwIfAborted, withTimeout } from "@forkd/core";
import type { CallOptions } from "@forkd/core";
import { programPath } from "../../process/find-program.ts";

/** A hundred times what it takes. */
const TIMEOUT_MS = 20_000;
const STAGE = "making a name server";
/** A process enters a network namespace for good, so another one does, and sends what it bound there. */
const BIND = `
const [type, address] = process.argv.slice(1);
const socket = require("node:dgram").createSocket(type);
socket.bind(0, address, () => process.send("bound", socket, () => process.exit()));
`;

/** Where a socket is to be: how a program is run there, and whether there is IPv6. */
export interface InsidePlace {
  /** Such as `nsenter --net=/run/netns/forkd-child-1`. */
  readonly enter: readonly string[];
  readonly hasIpv6: boolean;
}

/** A socket for datagrams at a free port of all addresses in a network namespace. Throws `network_failed`, `cancelled`. */
export async function bindInside({ enter, hasIpv6 }: InsidePlace, { signal }: CallOptions): Promise<Socket> {
  throwIfAborted(signal, STAGE);
  const [file = "", ...args] = enter;
  const where = hasIpv6 ? ["udp6", "::"] : ["udp4", "0.0.0.0"];
  const child = spawn(file, [...args, process.execPath, "-e", BIND, ...where], {
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    env: { LC_ALL: "C.UTF-8", PATH: programPath() },
  }) as ChildProcessByStdio<null, null, Readable>;
  const complaints = text(child.stderr);
  const bound = Promise.withResolvers<Socket>();
  const fail = (why: string): void =>
    bound.reject(new ForkdError("network_failed", { command: enter.join(" "), why }));
  child.once("error", ({ message }) => fail(message));
  child.once(
    "close",
    () => void complaints.then((said) => fail(said.trim() || "it ended without a word"), fail),
  );
  const deadline = withTimeout(signal, TIMEOUT_MS);
  child.once("message", (_, socket) => {
    if (deadline.aborted) (socket as Socket).close();
    else bound.resolve(socket as Socket);
  });
  try {
    return await orCancelled(bound.promise, deadline, STAGE);
  } catch (cause) {
    child.kill("SIGKILL");
    throwIfAborted(signal, STAGE);
    if (!deadline.aborted) throw cause;
    const why = `it was not ready within ${TIMEOUT_MS / 1000} s`;
    throw new ForkdError("network_failed", { command: enter.join(" "), why }, { cause });
  }
}
