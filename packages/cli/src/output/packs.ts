import type { PackInfo, PullInfo, PushInfo } from "@forkd/sdk";
import { printFacts } from "./facts.ts";
import { printNote } from "./print.ts";
import { toSafeText } from "./text.ts";
import { formatBytes } from "./units.ts";

export function printPacked({ tag, path, digest, links, logicalBytes, packedBytes }: PackInfo): void {
  printFacts([
    ["pack", path],
    ["digest", digest],
    ["snapshots", `${links}, up to ${tag}`],
    ["size", `${formatBytes(packedBytes)} for ${formatBytes(logicalBytes)}`],
  ]);
}

export function printPushed({ destination, digest, reference, blobs, blobsSent, bytesSent }: PushInfo): void {
  printFacts([
    ["pushed to", destination],
    ["digest", digest],
    ["pull by", reference],
    ["sent", `${formatBytes(bytesSent)}, ${blobsSent} of ${blobs} blobs; the others were there`],
  ]);
}

export function printPulled({ tag, id, source, digest, links, signedBy, bytesReceived }: PullInfo): void {
  printFacts([
    ["snapshot", `${tag} (${id})`],
    ["from", source],
    ["digest", digest],
    ["snapshots", String(links)],
    ["received", formatBytes(bytesReceived)],
    ["signed by", signedBy ?? "not checked"],
  ]);
  printNote(`  next: forkd fork --tag ${toSafeText(tag)}`);
}
