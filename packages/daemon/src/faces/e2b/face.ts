import type { FastifyInstance } from "fastify";
import type { Services } from "../../services.ts";
import type { InnerPort } from "../gateway/inner-port.ts";
import { addE2bControl } from "./control/control.ts";
import { createEnvd } from "./envd/envd.ts";
import { createInterpreter } from "./interpreter/interpreter.ts";
import { addSignedFiles } from "./signed-files.ts";

/** Where E2B's clients look for the agent of a sandbox. */
const ENVD_PORT = 49_983;
/** Where they look for its code interpreter. */
const INTERPRETER_PORT = 49_999;

/** E2B's API. */
export interface E2bFace {
  /** What it has in every guest, by ports. */
  readonly innerPorts: ReadonlyMap<number, InnerPort>;
  /** Adds what it has beside our own API. */
  addTo(server: FastifyInstance): void;
}

export function createE2bFace(services: Services): E2bFace {
  const envd = createEnvd(services);
  return {
    innerPorts: new Map([
      [ENVD_PORT, envd],
      [INTERPRETER_PORT, createInterpreter(services)],
    ]),
    addTo(server) {
      addE2bControl(server, services);
      addSignedFiles(server, services, envd);
    },
  };
}
