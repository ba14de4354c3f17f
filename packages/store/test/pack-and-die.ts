/** Packs a snapshot of the given root into the given directory, and is killed in the middle of it. */
import { readdirSync } from "node:fs";
import { openHost, packOrder, storePackable } from "./pack-fixture.ts";
import { PATIENT } from "./snapshot-fixture.ts";

const [root = "", directory = ""] = process.argv.slice(2);
const host = openHost(root);
await storePackable(host, "py", 1, 64 * 1024 * 1024);
setInterval(() => {
  if (readdirSync(directory).some((name) => name.endsWith(".tmp"))) process.kill(process.pid, "SIGKILL");
}, 1);
await host.packs.pack("py-0", packOrder(`${directory}/py.tar.zst`), PATIENT);
