import { toWire } from "@forkd/sdk";
import type { PullRequest } from "@forkd/sdk";
import { hubUrl } from "../environment.ts";
import {
  credentialsFromEnvironment,
  packTagOption,
  plainHttpOption,
  replaceOption,
  requireSignatureOption,
} from "../options/pack.ts";
import { printPulled } from "../output/packs.ts";
import { printJson } from "../output/print.ts";
import { parsePackSource, parseSha256 } from "../parse/pack-source.ts";
import { chooseOptionalName } from "../options/tag.ts";
import { readKeyFiles } from "../parse/key-file.ts";
import { withDaemon } from "../session.ts";
import type { Session } from "../session.ts";
import { daemonCommand, example } from "./daemon-command.ts";

export function createCommand() {
  return daemonCommand("pull")
    .description(
      "Get a snapshot from an OCI registry (oci://…), a URL, an index (owner/name[@version]) or a file. All of it is " +
        "verified before the tag is there; a repeated pull goes on where it stopped. For a registry, " +
        "FORKD_REGISTRY_USER and FORKD_REGISTRY_PASSWORD say who you are, else docker's configuration.",
    )
    .argument(
      "<pack>",
      "oci://registry/name:tag, http(s)://…, owner/name[@version], or a path",
      parsePackSource,
    )
    .argument("[tag]", "the tag here (default: that in the pack)")
    .addOption(packTagOption())
    .addOption(replaceOption())
    .option(
      "--hub <url>",
      "the index that owner/name is looked up in (FORKD_HUB_URL; default: the public one)",
    )
    .option("--sha256 <digest>", "what the file of a URL must have", parseSha256)
    .addOption(requireSignatureOption())
    .addOption(plainHttpOption())
    .addHelpText(
      "after",
      example(
        "forkd pull oci://registry.example.com/team/py:v1 py",
        "forkd pull team/py@v1 --hub https://example.com/registry.json --require-signature team.pub",
      ),
    )
    .action(
      async (
        source,
        name,
        { tag: option, force, hub = hubUrl(), sha256, requireSignature: keys, plainHttp, json, ...options },
      ) => {
        const tag = chooseOptionalName(name, option);
        const requireSignature = await readKeyFiles(keys);
        const given = { source, tag, force, index: hub, sha256, requireSignature, plainHttp };
        const request = { ...given, ...credentialsFromEnvironment() };
        await withDaemon(options, (session) => pullInSession(session, request, json));
      },
    );
}

/** Gets a snapshot out of a pack and prints what came of it. */
export async function pullInSession(
  { forkd, track }: Session,
  request: PullRequest,
  json: true | undefined,
): Promise<void> {
  const pulled = await track((call) => forkd.snapshots.pull(request, call));
  if (json) printJson(toWire(pulled));
  else printPulled(pulled);
}
