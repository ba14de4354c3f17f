import { once } from "node:events";
import { request } from "node:http";
import type { IncomingMessage } from "node:http";
import { json, text } from "node:stream/consumers";
import type { Sandbox } from "@forkd/sdk";
import { expect } from "vitest";
import { ECHO, serveInGuest } from "../harness/port-servers.ts";
import { download, follow, isDraftIn, isThere, slowly } from "./long-call-steps.ts";
import type { Place } from "./long-call-steps.ts";

/** A call in the middle of which something happens to its sandbox. */
interface LongCall {
  /** Settles once it is under way, with what comes of it. */
  begin(place: Place): Promise<{ readonly end: Promise<unknown> }>;
  /** What comes of it when it may go on. */
  readonly whole: unknown;
}

const LARGE = Array.from({ length: 300_000 }, (_, line) => `${line + 1}\n`).join("");
const TO_COME = 9000;
const SLOW_WEB = 9001;

/** Opens for reading when somebody opens it for writing, fifo(7), for all who wait. */
const GO = "/run/go";
const IN_SHELL = `: < ${GO}; echo went on`;
const IN_PYTHON = `open("${GO}").close(); "went on"`;
const IN_NODE = `
console.log("begun");
await (await require("node:fs/promises").open("${GO}")).close();
console.log("went on");
`;
/** Answers by HTTP when all may go on. */
const WEB_SERVER = `
import socket, threading
def answer(listener):
    peer = listener.accept()[0]
    peer.recv(65536)
    open("/run/asked", "w").close()
    open("${GO}").close()
    peer.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 7\\r\\n\\r\\nwent on")
    peer.close()
threading.Thread(target=answer, args=(socket.create_server(("127.0.0.1", ${SLOW_WEB})),), daemon=True).start()
`;

/** What the calls find in the guest. */
export async function prepare(child: Sandbox): Promise<void> {
  await child.run(`mkfifo ${GO}; mkdir -p /srv/tree /srv/watched; seq 300000 > /srv/tree/large`);
  await serveInGuest(child);
  await child.eval(WEB_SERVER, { mode: "run" });
  await child.contexts.create();
}

/** One that was created is listed behind those that are there for good. */
const ownContextOf = async (child: Sandbox) => (await child.contexts.list()).at(-1);

/** All kinds that there are, by what they are about. */
export const LONG_CALLS: Readonly<Record<string, LongCall>> = {
  "a wait for a port": {
    begin: async ({ child }) => ({ end: child.waitForPort(TO_COME, { timeoutSecs: 3600 }) }),
    whole: undefined,
  },
  "a wait for a process": {
    begin: async ({ child }) => {
      const { pid } = await child.spawn(["sh", "-c", IN_SHELL]);
      return { end: child.waitFor(pid).then(({ exitCode }) => exitCode) };
    },
    whole: 0,
  },
  "a command": {
    begin: async ({ child }) => {
      const end = child.run(`touch /run/command; ${IN_SHELL}`).then(({ stdout }) => stdout);
      await isThere(child, "/run/command");
      return { end };
    },
    whole: "went on\n",
  },
  "a command's output": {
    begin: ({ child }) => follow(child.execStream(["sh", "-c", `echo begun; ${IN_SHELL}`])),
    whole: "begun\nwent on\n",
  },
  "a terminal": {
    begin: ({ child }) =>
      follow(child.execStream(["sh", "-c", `echo begun; ${IN_SHELL}`], { pty: { cols: 80, rows: 24 } })),
    whole: "begun\r\nwent on\r\n",
  },
  "output that is read again": {
    begin: async ({ child }) => {
      const { pid } = await child.spawn(["sh", "-c", `echo begun; ${IN_SHELL}`]);
      return await follow(child.attach(pid));
    },
    whole: "begun\nwent on\n",
  },
  "input of a command": {
    begin: async ({ child, go }) => {
      const { pid } = await child.spawn(["sh", "-c", "cat > /run/input"], { stdinStream: true });
      const writing = child.writeStdin(pid, slowly(Buffer.from("input\n"), go));
      const end = writing.then(async () => (await child.waitFor(pid)).exitCode);
      await expect.poll(() => child.files.readText("/run/input")).toBe("input");
      return { end };
    },
    whole: 0,
  },
  code: {
    begin: async ({ child }) => {
      const end = child.eval(IN_PYTHON, { timeoutSecs: 3600 }).then(({ result }) => result);
      const stateOf = async () => (await child.contexts.list()).find(({ id }) => id === "python")?.state;
      await expect.poll(stateOf).toBe("busy");
      return { end };
    },
    whole: "'went on'",
  },
  "code in a context": {
    begin: async ({ child }) => {
      const context = await ownContextOf(child);
      const end = child.eval(IN_PYTHON, { context, timeoutSecs: 3600 }).then(({ result }) => result);
      await expect.poll(() => ownContextOf(child)).toMatchObject({ state: "busy" });
      return { end };
    },
    whole: "'went on'",
  },
  "code that is streamed": {
    begin: async ({ child }) => {
      const begun = Promise.withResolvers<void>();
      const options = { language: "node", timeoutSecs: 3600, onStdout: () => begun.resolve() } as const;
      const end = child.eval(IN_NODE, options).then(({ stdout }) => stdout);
      await Promise.race([begun.promise, end]);
      return { end };
    },
    whole: "begun\nwent on\n",
  },
  "a file that is read": {
    begin: async (place) =>
      download(
        await place.child.files.stream("/srv/tree/large"),
        place,
        (bytes) => bytes.toString() === LARGE,
      ),
    whole: true,
  },
  "a file that is written": {
    begin: async ({ child, go }) => {
      const end = child.files.write("/srv/written", slowly(Buffer.from(LARGE), go));
      await isDraftIn(child, /^\.forkd-\d/m, end);
      return { end };
    },
    whole: LARGE.length,
  },
  "a directory that is read": {
    begin: async (place) =>
      download(await place.child.files.readTar("/srv/tree"), place, (bytes) => bytes.includes(LARGE)),
    whole: true,
  },
  "a directory that is written": {
    begin: async ({ child, go }) => {
      const archive = Buffer.concat(await Array.fromAsync(await child.files.readTar("/etc/forkd")));
      const end = child.files.writeTar("/srv/unpacked", slowly(archive, go));
      await isDraftIn(child, /^\.forkd-cp/m, end);
      return { end };
    },
    whole: undefined,
  },
  "a directory that is watched": {
    begin: async ({ child }) => {
      const events = child.files.watchDir("/srv/watched");
      await events.next();
      return { end: events.next().then(({ value }) => value) };
    },
    whole: { type: "create", name: "went on" },
  },
  "a connection to a port": {
    begin: async ({ child, go }) => {
      const stream = await child.connect(ECHO);
      stream.write("begun, ");
      const [first] = (await once(stream, "data")) as [Buffer];
      stream.unshift(first);
      const end = text(stream);
      void go.then(() => stream.end("went on"));
      return { end };
    },
    whole: "begun, went on",
  },
  "a request to a web server": {
    begin: async ({ daemon, child }) => {
      const path = `/v1/sandboxes/${child.id}/ports/${SLOW_WEB}/proxy/`;
      const outgoing = request({ ...daemon.address, path }).end();
      const read = async (): Promise<unknown> => {
        const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
        return answer.statusCode === 200
          ? await text(answer)
          : ((await json(answer)) as { code: unknown }).code;
      };
      const end = read();
      // A refusal is told by the end, and not only while nobody waits for it.
      end.catch(() => {});
      await isThere(child, "/run/asked");
      return { end };
    },
    whole: "went on",
  },
};

/** Lets all of them come to their end in the guest. */
export async function letGo(child: Sandbox): Promise<void> {
  // Held open, so that also who comes to it later goes on: see fifo(7).
  await child.spawn(["sh", "-c", `exec 3<>${GO}; exec sleep 3600`]);
  await child.run("touch '/srv/watched/went on'");
  await child.eval(`kept = socket.create_server(("127.0.0.1", ${TO_COME}))`, { mode: "run" });
}
