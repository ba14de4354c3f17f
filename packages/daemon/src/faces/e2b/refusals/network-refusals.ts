import type { Refusal } from "./refusal.ts";

/** What E2B's clients mean by everything. */
export const ALL = "0.0.0.0/0";
const ASKED = "Sandbox.create, sandbox.updateNetwork";

/** What a network could be asked for. */
export const NETWORK_REFUSALS = {
  "network.rules": {
    option: "network.rules",
    sdk: ASKED,
    why: "nothing changes the requests of a guest on their way",
    instead: "pass what the program sends as envs",
  },
  "network.egressProxy": {
    option: "network.egressProxy",
    sdk: ASKED,
    why: "there is no proxy in a guest's way",
    instead: "name the proxy in envs",
  },
  "network.maskRequestHost": {
    option: "network.maskRequestHost",
    sdk: "Sandbox.create",
    why: "requests reach a guest's port with the Host that they were sent with",
    instead: "let the program take any Host",
  },
  "network.httpsPorts": {
    option: "network.httpsPorts",
    sdk: "Sandbox.create",
    why: "a guest's port is spoken to in plain HTTP",
    instead: "let the program speak that",
  },
  "network.dnsServers": {
    option: "network.dnsServers",
    sdk: "(newer clients)",
    why: "the daemon's host asks its own name servers",
    instead: "set FORKD_NAME_SERVERS for all",
  },
  "network.denyOut": {
    option: "network.denyOut",
    values: `lists without \`${ALL}\``,
    sdk: ASKED,
    why: "a list says what may be reached, and not what may not",
    instead: `deny ${ALL}, and name in allowOut what may be reached`,
  },
  "network.allowOut": {
    option: "network.allowOut",
    values: "lists where nothing is denied",
    sdk: ASKED,
    why: "a list allows nothing more where all is allowed",
    instead: `deny ${ALL} in denyOut, or leave the list away`,
  },
  "network.allowOut: entries": {
    option: "network.allowOut",
    values: "other words, such as `*` and `localhost`",
    sdk: ASKED,
    why: "only addresses, networks such as 203.0.113.0/24 and names such as *.example.com can be allowed",
    instead: "name those",
  },
  "network: none": {
    option: "updateNetwork",
    values: "what would allow something to a sandbox that was made without a network",
    sdk: "sandbox.updateNetwork",
    why: "the sandbox was made without a network, and gets none while it runs",
    instead: `make one with allowInternetAccess true, or with denyOut of ${ALL} for one that reaches nothing yet`,
  },
  "network: allowPublicTraffic": {
    option: "allowPublicTraffic",
    sdk: "(`PUT` of a network)",
    why: "who may ask a sandbox's ports is said when it is made",
    instead: "say it in Sandbox.create",
  },
} as const satisfies Record<string, Refusal>;
