import { InvalidArgumentError } from "@commander-js/extra-typings";
import type { NetworkInfo } from "@forkd/sdk";

/** Which of them it is, the daemon says. */
const DESTINATION = /^([0-9a-fA-F:.]+(\/\d{1,3})?|(\*\.)?[\w-]+(\.[\w-]+)+)$/;

/** `allow`, `deny`, or addresses, networks and names of domains with commas between them. */
export function parseEgress(text: string): NetworkInfo["egress"] {
  if (text === "allow" || text === "deny") return text;
  const destinations = text.split(",").map((destination) => destination.trim());
  if (destinations.every((destination) => DESTINATION.test(destination))) return destinations;
  throw new InvalidArgumentError(
    "It must be allow, deny, or networks and names such as 203.0.113.0/24,pypi.org,*.example.com.",
  );
}
