import { usageError } from "../../cli-error.ts";
import { writeRaw } from "../../output/print.ts";
import { parseOffset, parseCount } from "../../parse/arguments.ts";
import { lookAtDaemon } from "../../session.ts";
import { daemonCommand, example } from "../daemon-command.ts";
import { findPlace } from "./guest-place.ts";

export function createCatCommand() {
  return daemonCommand("cat")
    .summary("print files, or a part of one")
    .description("Print files of a sandbox as they are, one after the other, or a part of each.")
    .argument("<source...>", "ID:/path or NAME:/path")
    .option("--offset <bytes>", "from this byte on", parseOffset)
    .option("--length <bytes>", "at most so many bytes", parseCount)
    .option("--tail <bytes>", "the last bytes, so many of them", parseCount)
    .addHelpText(
      "after",
      example("forkd files cat ID:/etc/hostname", "forkd files cat ID:/var/log/app.log --tail 4096"),
    )
    .action(async (sources, { json, offset, length, tail, ...options }) => {
      if (json) throw usageError("files are printed as they are", "leave --json away");
      if (tail !== undefined && (offset ?? length) !== undefined)
        throw usageError("--tail is a part by itself", "leave --offset and --length away, or --tail");
      await lookAtDaemon(options, async (session) => {
        const range = { offset, length, tail, signal: session.signal };
        for (const source of sources) {
          const { sandbox, path } = await findPlace(source, session);
          for await (const chunk of await sandbox.files.stream(path, range)) await writeRaw("stdout", chunk);
        }
      });
    });
}
