/** What every image has, unless its recipe gives a file of its own for it. */
export const DEFAULT_FILES = [
  { path: "/etc/hostname", lines: ["forkd"] },
  {
    path: "/etc/hosts",
    lines: ["127.0.0.1 localhost", "::1 localhost ip6-localhost ip6-loopback", "127.0.1.1 forkd"],
  },
  { path: "/etc/resolv.conf", lines: ["# no name server is known until the sandbox has a network"] },
] as const;
