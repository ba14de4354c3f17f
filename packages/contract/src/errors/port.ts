import { defineError } from "./definition.ts";
import { act, hint } from "../hints/hint.ts";

/** TCP ports inside of a guest. */
export const PORT_ERRORS = {
  port_refused: defineError<{ port: number }>({
    status: 502,
    retryable: true,
    message: ({ port }) => `nothing listens on port ${port} in the guest`,
    hint: ({ port }) => {
      const list = act("listPorts", { id: null });
      return hint`see what does: ${list}; or wait until something does: ${act("waitForPort", { id: null, port })}`;
    },
  }),
  port_timeout: defineError<{ port: number; seconds: number }>({
    status: 504,
    retryable: true,
    message: ({ port, seconds }) => `port ${port} in the guest took no connection within ${seconds} s`,
    hint: () =>
      hint`see what listens there: ${act("listPorts", { id: null })}; and its console: ${act("logs")}`,
  }),
  port_broken: defineError<{ port: number; why: string }>({
    status: 502,
    retryable: false,
    message: ({ port, why }) => `what listens on port ${port} in the guest gave no answer in HTTP: ${why}`,
    hint: () => "is it a web server? what speaks another protocol is reached by a tunnel",
  }),
  port_taken: defineError<{ port: number; why: string }>({
    status: 409,
    retryable: true,
    message: ({ port, why }) => `port ${port} of the host cannot be listened on: ${why}`,
    hint: () => "leave the host's port away: any that is free is taken",
  }),
  too_many_connections: defineError<{ limit: number }>({
    status: 429,
    retryable: true,
    message: ({ limit }) => `${limit} connections go into this sandbox already, and that is the limit`,
    hint: () => "close some",
  }),
};
