import { connect } from "node:net";
import { CliError } from "../cli-error.ts";

/** Whether something answers on a unix socket. Throws when we may not ask. */
export async function socketAnswers(socketPath: string): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const socket = connect(socketPath);
  socket.on("connect", () => resolve(true));
  socket.on("error", (error: NodeJS.ErrnoException) => {
    // ENOENT: no socket; ECONNREFUSED: one that nobody listens on any more; EAGAIN: its queue is full, unix(7).
    if (error.code === "ENOENT" || error.code === "ECONNREFUSED") resolve(false);
    else if (error.code === "EAGAIN") resolve(true);
    else reject(notAllowed(socketPath, error));
  });
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}

function notAllowed(socketPath: string, cause: NodeJS.ErrnoException): CliError {
  return new CliError("daemon_unreachable", `the daemon's socket ${socketPath} cannot be used`, {
    hint: "use the user that runs the daemon, or name another with FORKD_SOCKET or FORKD_URL",
    cause,
  });
}
