/** The longest path that a unix socket can have: `sun_path` has 108 bytes with the NUL, unix(7). */
export const SOCKET_PATH_LIMIT_BYTES = 107;

/** Whether a unix socket can have this path. */
export function isSocketPath(path: string): boolean {
  return Buffer.byteLength(path) <= SOCKET_PATH_LIMIT_BYTES;
}
