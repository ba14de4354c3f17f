/** A stand-in for the daemon: notes each of its starts, waits a little, and answers on FORKD_SOCKET. */
import { appendFileSync, existsSync } from "node:fs";
import { createServer } from "node:http";

const socketPath = process.env["FORKD_SOCKET"] ?? "";
appendFileSync(`${socketPath}.starts`, `${process.pid}\n`);
if (existsSync(`${socketPath}.refuse`)) {
  process.stderr.write("no QEMU here\n");
  process.exit(9);
}
setTimeout(() => {
  createServer((_, response) => response.end("{}")).listen(socketPath);
}, 150);
