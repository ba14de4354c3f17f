export { createGuestConnector } from "./connector.ts";
export { DEADLINES } from "./deadlines.ts";
export type { Deadlines } from "./deadlines.ts";
