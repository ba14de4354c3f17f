import { quoteShellWord } from "@forkd/contract/hints";
import { toWire } from "@forkd/sdk";
import {
  credentialsFromEnvironment,
  descriptionOption,
  plainHttpOption,
  signOption,
} from "../options/pack.ts";
import { printPushed } from "../output/packs.ts";
import { printJson } from "../output/print.ts";
import { chooseName } from "../options/tag.ts";
import { usageError } from "../cli-error.ts";
import { readKeyFile } from "../parse/key-file.ts";
import { withDaemon } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("push")
    .description(
      "Push a snapshot, with all that it stands on, to an OCI registry, less what is there already. " +
        "FORKD_REGISTRY_USER and FORKD_REGISTRY_PASSWORD say who you are, else docker's configuration.",
    )
    .usage("[options] <tag> <registry/name:tag>")
    .argument("[tag]", "the snapshot")
    .argument("[registry/name:tag]", "where to")
    .option("--tag <tag>", "the snapshot, as an option")
    .addOption(descriptionOption())
    .addOption(signOption())
    .addOption(plainHttpOption())
    .addHelpText("after", example("forkd push py registry.example.com/team/py:v1 --sign key.pem"))
    .action(async (first, second, { tag: option, description, sign, plainHttp, json, ...options }) => {
      const { tag, destination } = choose(first, second, option);
      const key = sign && (await readKeyFile(sign));
      const given = { destination, description, plainHttp, ...credentialsFromEnvironment() };
      await withDaemon(options, async ({ forkd, track }) => {
        const request = { ...given, sign: key };
        const pushed = await track((call) => forkd.snapshots.push(tag, request, call));
        if (json) printJson(toWire(pushed));
        else printPushed(pushed);
      });
    });
}

const EXAMPLE = "forkd push TAG registry.example.com/team/name:v1";

/** `TAG PLACE`, or `PLACE` alone with `--tag`. A tag has no slash, and a place has one. */
function choose(first: string | undefined, second: string | undefined, option: string | undefined) {
  const [name, destination] = second === undefined ? [undefined, first] : [first, second];
  if (destination === undefined) throw usageError("push what, and where to?", EXAMPLE);
  if (name?.includes("/") && !destination.includes("/")) {
    throw usageError(
      "the tag comes first, then where to",
      `forkd push ${quoteShellWord(destination)} ${quoteShellWord(name)}`,
    );
  }
  return { tag: chooseName(name, option, { example: EXAMPLE }), destination };
}
