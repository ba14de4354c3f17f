import { toWire } from "@forkd/sdk";
import {
  credentialsFromEnvironment,
  descriptionOption,
  plainHttpOption,
  signOption,
} from "../options/pack.ts";
import { printPushed } from "../output/packs.ts";
import { printJson } from "../output/print.ts";
import { withDaemon } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("push")
    .description(
      "Push a snapshot, with all that it stands on, to an OCI registry, less what is there already. " +
        "FORKD_REGISTRY_USER and FORKD_REGISTRY_PASSWORD say who you are, else docker's configuration.",
    )
    .argument("<registry/name:tag>", "where to")
    .requiredOption("--tag <tag>", "the snapshot")
    .addOption(descriptionOption())
    .addOption(signOption())
    .addOption(plainHttpOption())
    .addHelpText("after", example("forkd push --tag py registry.example.com/team/py:v1 --sign key.pem"))
    .action((destination, { tag, description, sign, plainHttp, json, ...options }) => {
      const request = { destination, description, sign, plainHttp, ...credentialsFromEnvironment() };
      return withDaemon(options, async ({ forkd, track }) => {
        const pushed = await track((call) => forkd.snapshots.push(tag, request, call));
        if (json) printJson(toWire(pushed));
        else printPushed(pushed);
      });
    });
}
