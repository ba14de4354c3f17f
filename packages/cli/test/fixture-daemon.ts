/** A stand-in for the daemon: notes each of its starts, waits a little or longer, and answers on FORKD_SOCKET. */
import { appendFileSync, existsSync } from "node:fs";
import { createServer } from "node:http";

const socketPath = process.env["FORKD_SOCKET"] ?? "";
appendFileSync(`${socketPath}.starts`, `${process.pid}\n`);
if (existsSync(`${socketPath}.refuse`)) {
  process.stderr.write("no QEMU here\n");
  process.exit(9);
}
const isSlow = existsSync(`${socketPath}.slow`);
if (isSlow) process.stdout.write('{"level":30,"msg":"sandbox.adopted"}\n');
setTimeout(
  () => {
    createServer((_, response) => response.end("{}")).listen(socketPath);
  },
  isSlow ? 2500 : 150,
);
