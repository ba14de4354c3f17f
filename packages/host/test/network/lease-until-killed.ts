import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";

/** A daemon whose programs kill it instead of being run for the nth time; gives by what it ended. `words`: the group. */
export async function leaseUntilKilled(
  dataDir: string,
  step: number,
  ...words: string[]
): Promise<string | null> {
  const bin = join(dataDir, `bin-${step}`);
  await mkdir(bin);
  const count = join(bin, "count");
  const path = process.env["PATH"] ?? "";
  for (const program of ["ip", "nft"]) {
    const file = join(bin, program);
    await writeFile(
      file,
      `#!/bin/sh
echo >> ${count}
if [ $(wc -l < ${count}) -ge ${step} ]; then kill -9 $DAEMON; exit 1; fi
PATH=${path}:/usr/sbin:/sbin exec ${program} "$@"
`,
    );
    await chmod(file, 0o755);
  }
  const script = join(import.meta.dirname, "lease-and-wait.ts");
  const env = { ...process.env, PATH: [bin, path].join(delimiter) };
  const daemon = spawn(process.execPath, ["--conditions=@forkd/source", script, dataDir, ...words], { env });
  const [, signal] = (await once(daemon, "exit")) as [number | null, string | null];
  return signal;
}
