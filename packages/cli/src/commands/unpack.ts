import { resolve } from "node:path";
import { packTagOption, replaceOption, requireSignatureOption } from "../options/pack.ts";
import { chooseOptionalName } from "../options/tag.ts";
import { readKeyFiles } from "../parse/key-file.ts";
import { withDaemon } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";
import { pullInSession } from "./pull.ts";

export function createCommand() {
  return daemonCommand("unpack")
    .description(
      "Get a snapshot out of a pack's file. All of it is verified before the tag is there. Paths are those of the " +
        "daemon's host.",
    )
    .argument("<file>", "the pack")
    .argument("[tag]", "the tag here (default: that in the pack)")
    .addOption(packTagOption())
    .addOption(replaceOption())
    .addOption(requireSignatureOption())
    .addHelpText("after", example("forkd unpack py.forkd-snapshot.tar.zst py"))
    .action(async (file, name, { tag: option, force, requireSignature: keys, json, ...options }) => {
      const tag = chooseOptionalName(name, option);
      const requireSignature = await readKeyFiles(keys);
      const request = { source: resolve(file), tag, force, requireSignature };
      await withDaemon(options, (session) => pullInSession(session, request, json));
    });
}
