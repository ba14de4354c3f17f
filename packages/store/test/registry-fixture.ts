import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:fs";
import { access, mkdir, readdir, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { findFreePort } from "../../../tests/harness/free-port.ts";

/** The password `secret` for `user`, in the only form that the registry takes. */
const HTPASSWD = "user:$2b$04$BhoisnnBQCl5jV4duljIz.PRWgaUTU0c9O4jqo16aq.ICzf1KS5EW\n";

/** A registry of this test's own, Debian's `docker-registry`, with its storage in `directory`. */
export async function startRegistry(directory: string, options: { readonly withPassword?: boolean } = {}) {
  for (let tries = 0; tries < 3; tries += 1) {
    const started = await tryRegistry(directory, await findFreePort(), options);
    if (started !== undefined) return started;
  }
  throw new Error("docker-registry ended at its start, three times");
}

/** Undefined where somebody else was faster to take the port. */
async function tryRegistry(directory: string, port: number, { withPassword = false }) {
  const auth = withPassword ? `auth: { htpasswd: { realm: test, path: ${directory}/htpasswd } }\n` : "";
  await writeFile(`${directory}/htpasswd`, HTPASSWD);
  await writeFile(
    `${directory}/registry.yml`,
    `version: 0.1
log: { level: error, accesslog: { disabled: true } }
storage: { filesystem: { rootdirectory: ${directory}/storage } }
http: { addr: "127.0.0.1:${port}", secret: "of this test" }
${auth}`,
  );
  const program = await ensureProgram();
  const registry = spawn(program, ["serve", `${directory}/registry.yml`], { stdio: "ignore" });
  const exited = once(registry, "exit");
  const host = `127.0.0.1:${port}`;
  if (await Promise.race([untilReachable(host), exited.then(() => "ended")])) return undefined;
  return {
    host,
    port,
    [Symbol.asyncDispose]: async () => {
      registry.kill("SIGKILL");
      await exited;
    },
  };
}

/** Lets so many bytes through, in either direction, then cuts every connection until it is mended. */
export class BreakingProxy implements AsyncDisposable {
  /** Bytes that may still pass. */
  allowed = Infinity;
  passed = 0;
  /** After so many replies `202 Accepted` nothing passes any more. */
  acceptances = Infinity;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(targetPort: number): Promise<BreakingProxy> {
    const server = createServer();
    const proxy = new BreakingProxy(server);
    server.on("connection", (client) => proxy.#join(client, connect(targetPort, "127.0.0.1")));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return proxy;
  }

  mend(): void {
    this.allowed = Infinity;
    this.acceptances = Infinity;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  #join(client: Socket, target: Socket): void {
    for (const [from, to] of [
      [client, target],
      [target, client],
    ] as const) {
      this.#sockets.add(from);
      from.on("error", () => to.destroy());
      from.on("close", () => to.destroy());
      from.on("data", (chunk: Buffer) => {
        const part = chunk.subarray(0, Math.max(0, this.allowed));
        this.allowed -= chunk.length;
        this.passed += part.length;
        to.write(part);
        if (this.allowed < 0) from.destroy();
        if (from !== target || !chunk.includes("202 Accepted")) return;
        this.acceptances -= 1;
        if (this.acceptances === 0) this.allowed = 0;
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }
}

/** Where the program is: installed, or taken out of its package. Installing it would start a service on port 5000. */
async function ensureProgram(): Promise<string> {
  const installed = "/usr/bin/docker-registry";
  if (await isProgram(installed)) return installed;
  const directory = join(import.meta.dirname, "../../../node_modules/.cache/docker-registry");
  const extracted = join(directory, installed);
  if (await isProgram(extracted)) return extracted;
  await mkdir(directory, { recursive: true });
  const run = promisify(execFile);
  await run("apt-get", ["-q", "download", "docker-registry"], { cwd: directory, timeout: 120_000 });
  const archive = (await readdir(directory)).find((name) => name.endsWith(".deb"));
  await run("dpkg-deb", ["--extract", String(archive), "."], { cwd: directory, timeout: 60_000 });
  return extracted;
}

async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function untilReachable(host: string): Promise<void> {
  for (const until = Date.now() + 20_000; Date.now() < until; await sleep(50)) {
    const response = await fetch(`http://${host}/v2/`).catch(() => undefined);
    await response?.body?.cancel();
    if (response !== undefined) return;
  }
  throw new Error("docker-registry did not start within 20 s");
}
