import type { Services } from "../../services.ts";
import type { InnerPort } from "../gateway/inner-port.ts";
import { createEnvd } from "./envd/envd.ts";
import { createInterpreter } from "./interpreter/interpreter.ts";

/** Where E2B's clients look for the agent of a sandbox. */
const ENVD_PORT = 49_983;
/** Where they look for its code interpreter. */
const INTERPRETER_PORT = 49_999;

/** What E2B has in every guest, by ports. */
export function createInnerPorts(services: Services): ReadonlyMap<number, InnerPort> {
  return new Map([
    [ENVD_PORT, createEnvd(services)],
    [INTERPRETER_PORT, createInterpreter(services)],
  ]);
}
