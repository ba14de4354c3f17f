import { join } from "node:path";
import { GATEWAY_4, GATEWAY_6, GATEWAY_MAC, GUEST_4, GUEST_6 } from "../address-plan.ts";
import { userRules } from "./user-rules.ts";
import type { UserGrounds } from "./user-rules.ts";

/** In the directory of a network: what its processes may write to, and where they work. The rest is the daemon's. */
export const PLACE = "run";
/** Names of files in that place. */
const SOCKET = "passt.sock";
/** Of the shells, then of the two programs. */
export const LOGS = ["error.log", "pasta.log", "passt.log"] as const;

/** Where the VMM of a machine connects. */
export function passtSocketPath(directory: string): string {
  return join(directory, PLACE, SOCKET);
}

/** What a shell in the namespace says when its policy is in force and its socket listens. */
export const READY = "ready";

/** Of the link between the two; what is sent from it is sent on from the host. */
const UPLINK_4 = "10.42.1.2";
const UPLINK_GATEWAY_4 = "10.42.1.1";

/** No port of the host is handed in, none of the host's loopback out, and no address stands for the host. */
const CLOSED = ["--no-map-gw", "-t", "none", "-u", "none"];

/** pasta(1), outside of the namespace that it makes: it connects as this host does what is sent in there. */
export function pastaArgv({ hasIpv6 }: UserGrounds): string[] {
  return [
    ["-f", "-q", "-l", LOGS[1], "--config-net", "-I", "uplink"],
    [...CLOSED, "-T", "none", "-U", "none"],
    ["-a", UPLINK_4, "-n", "24", "-g", UPLINK_GATEWAY_4],
    hasIpv6 ? [] : ["-4"],
  ].flat();
}

/** passt(1), inside: it is the network that the card is connected to, and ends when the machine's VMM does. */
function passtArgv({ hasIpv6 }: UserGrounds): string[] {
  return [
    ["-f", "-q", "-1", "-l", LOGS[2], "-s", SOCKET, ...CLOSED],
    ["--no-dhcp", "--no-dhcpv6", "--no-ra", "-M", GATEWAY_MAC],
    ["-a", GUEST_4, "-n", "24", "-g", GATEWAY_4],
    hasIpv6 ? ["-a", GUEST_6, "-g", GATEWAY_6] : ["-4"],
  ].flat();
}

/**
 * What the first process in the namespace does: all of it ends with this shell. It ends before the network is handed
 * over when whoever started it does, which neither reads nor writes then; later with its machine. A socket that listens
 * has a flag in /proc/net/unix: `__SO_ACCEPTCON`.
 */
export function insideScript(grounds: UserGrounds): string {
  return `set -e
nft -f - <<'RULES'
${userRules()}
RULES
exec 3<&0 4>&1 </dev/null >/dev/null
(
  trap '' PIPE
  until grep -q ' 00010000 .* ${SOCKET}$' /proc/net/unix; do sleep 0.005; done
  echo ${READY} >&4 && exec 4>&- && read -r kept <&3 || kill -9 0
) &
exec 4>&-
passt ${passtArgv(grounds).join(" ")}
`;
}

/** By root: the directory is where profiles of AppArmor let both write, and anybody may make taps. */
const PREPARE_MOUNTS = `set -e
mount --bind . /tmp
cd /tmp
mount -t tmpfs -o mode=0755 tmpfs /dev/net
mknod -m 0666 /dev/net/tun c 10 200
exec "$@"`;

/** Has root run the words that follow as an ordinary user. */
export function asUser(uid: number): string[] {
  const become = ["setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups", "--no-new-privs"];
  return ["unshare", "--mount", "sh", "-c", PREPARE_MOUNTS, "sh", ...become];
}
