import { resolve } from "node:path";
import { toWire } from "@forkd/sdk";
import { descriptionOption, signOption } from "../options/pack.ts";
import { printPacked } from "../output/packs.ts";
import { printJson } from "../output/print.ts";
import { chooseName } from "../options/tag.ts";
import { readKeyFile } from "../parse/key-file.ts";
import { withDaemon } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("pack")
    .description(
      "Write a snapshot, with all that it stands on, to one file. The file is one of the daemon's host.",
    )
    .argument("[tag]", "the snapshot")
    .option("--tag <tag>", "the snapshot, as an option")
    .option("-o, --out <file>", "the file (default: TAG.forkd-snapshot.tar.zst here)")
    .addOption(descriptionOption())
    .addOption(signOption())
    .option("--force", "replace a file that is there")
    .addHelpText("after", example("forkd pack py", "forkd pack py -o /srv/py.tar.zst --sign key.pem"))
    .action(async (name, { tag: option, out, description, sign, force, json, ...options }) => {
      const tag = chooseName(name, option, { example: "forkd pack TAG" });
      const key = sign && (await readKeyFile(sign));
      await withDaemon(options, async ({ forkd, track }) => {
        const output = resolve(out ?? `${tag}.forkd-snapshot.tar.zst`);
        const request = { output, description, sign: key, force };
        const packed = await track((call) => forkd.snapshots.pack(tag, request, call));
        if (json) printJson(toWire(packed));
        else printPacked(packed);
      });
    });
}
