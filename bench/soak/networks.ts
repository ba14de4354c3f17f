import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import type { Sandbox } from "@forkd/sdk";
import { PARENT } from "../../tests/harness/parent.ts";
import { TestDaemon } from "../../tests/harness/test-daemon.ts";

/** More than one octet has room for. */
const CHILDREN = 250;
/** Forked at once. */
const PART = 50;
const CLIENTS = 4;
const PORT = 7000;
const SERVER = `import socket
listener = socket.create_server(("", ${PORT}), backlog=8)
while True:
    peer, _ = listener.accept()
    peer.sendall(open("/etc/hostname", "rb").read())
    peer.close()`;
const NETWORK = { network: { mode: "netns" } } as const;
/** What the kernel has of networks. The order of the namespaces is that of a directory. */
const LISTS = [
  ["ip", "netns"],
  ["ip", "-o", "link"],
  ["nft", "list", "ruleset"],
] as const;

/** Children with a network each, all of them reached by their addresses; then so many that come and go. Nothing may stay. */
export async function soakNetworks(count: number): Promise<boolean> {
  const before = listNetworks();
  const wrong: unknown[] = [];
  {
    await using daemon = await TestDaemon.start({ isFresh: true });
    await reachMany(daemon, wrong);
    await comeAndGo(daemon, count, wrong);
  }
  const isAsBefore = listNetworks() === before;
  for (const error of wrong.slice(0, 10)) console.log(error);
  console.log(`==> ${CHILDREN} children and ${count} that came and went: ${wrong.length} errors`);
  console.log(`==> namespaces, links and rules are ${isAsBefore ? "" : "not "}as they were before`);
  return wrong.length === 0 && isAsBefore;
}

async function reachMany({ forkd }: TestDaemon, wrong: unknown[]): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const children: Sandbox[] = [];
  while (children.length < CHILDREN) {
    const part = stack.use(await forkd.sandboxes.fork(PARENT, { n: PART, ...NETWORK }));
    children.push(...part);
    console.log(`${children.length} of ${CHILDREN} children`);
  }
  for (const child of children) await greet(child).catch((error: unknown) => wrong.push(error));
  const addresses = new Set(children.map(({ info }) => info.guestAddr));
  if (addresses.size !== CHILDREN)
    wrong.push(new Error(`${CHILDREN} children have ${addresses.size} addresses`));
}

/** A server in the child says its name to who comes to its address. */
async function greet(child: Sandbox): Promise<void> {
  await using _server = await child.spawn(["python3", "-c", SERVER]);
  await child.waitForPort(PORT);
  const socket = connect(PORT, child.info.guestAddr ?? "");
  await once(socket, "connect");
  const name = (await text(socket)).trim();
  const { stdout } = await child.exec(["cat", "/etc/hostname"]);
  if (name !== stdout.trim())
    throw new Error(`${child.id} is ${stdout.trim()}, and at its address is ${name}`);
}

async function comeAndGo({ forkd }: TestDaemon, count: number, wrong: unknown[]): Promise<void> {
  let begun = 0;
  const client = async (): Promise<void> => {
    while (begun < count) {
      begun += 1;
      if (begun % 100 === 0) console.log(`${begun} of ${count} that come and go`);
      await forkOne().catch((error: unknown) => wrong.push(error));
    }
  };
  const forkOne = async (): Promise<void> => {
    await using _children = await forkd.sandboxes.fork(PARENT, NETWORK);
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
}

function listNetworks(): string {
  return LISTS.map(([program, ...args]) =>
    execFileSync(program, args, { encoding: "utf8" }).split("\n").toSorted().join("\n"),
  ).join("\n");
}
