import { InvalidArgumentError } from "@commander-js/extra-typings";
import type { NetworkInfo } from "@forkd/sdk";

/** `allow`, `deny`, or addresses and networks with commas between them. */
export function parseEgress(text: string): NetworkInfo["egress"] {
  if (text === "allow" || text === "deny") return text;
  const ranges = text.split(",").map((range) => range.trim());
  if (ranges.every((range) => /^[0-9a-fA-F:.]+(\/\d{1,3})?$/.test(range))) return ranges;
  throw new InvalidArgumentError("It must be allow, deny, or networks such as 203.0.113.0/24,198.51.100.7.");
}
