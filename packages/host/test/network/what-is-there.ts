import { execFileSync } from "node:child_process";

/** Network namespaces, links and rules of this host that are ours, but for those of tests beside this one. */
export function listOurs(dataDir: string): string[] {
  const claims = execFileSync("sh", ["-c", "readlink /run/forkd-netns/* || true"], { encoding: "utf8" });
  const held = claims.split("\n").filter((holder) => holder.startsWith(dataDir));
  return [...held, ...listUnclaimed()];
}

/** What has an index that nobody claims. */
function listUnclaimed(): string[] {
  const script = `
ip -o link | grep -o 'forkd-v-[0-9]*h' | tr -dc '0-9\\n'
ip netns | grep -o '^forkd-child-[0-9]*' | tr -dc '0-9\\n'
ip netns | grep -o '^forkd-group-[0-9]*'
nft list ruleset | grep -o 'opened_[0-9]*' | tr -dc '0-9\\n'
`;
  const found = execFileSync("sh", ["-c", script], { encoding: "utf8" }).split("\n").filter(Boolean);
  const claimed = new Set(
    execFileSync("sh", ["-c", "ls /run/forkd-netns"], { encoding: "utf8" })
      .split("\n")
      .map((name) => name.replace("forkd-child-", "")),
  );
  return [...new Set(found)].filter((index) => !claimed.has(index));
}
