import type { Target } from "./target.ts";

/**
 * Where a program on a path of the API sends its caller. What is of the same host stays below that path: the caller may
 * follow with what opens the API.
 */
export function redirectBelow(location: string, { port, url, prefix }: Target, host: string): string {
  const own = `localhost:${Number(port)}`;
  const to = URL.parse(location, `http://${own}${url}`);
  if (to === null) return prefix;
  const ours = [own, host].map((name) => URL.parse(`http://${name}`)?.host);
  return ours.includes(to.host) ? `${prefix}${to.pathname}${to.search}${to.hash}` : to.href;
}
