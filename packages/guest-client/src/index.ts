export { createGuestConnector } from "./connector.ts";
export { DEFAULT_DEADLINES } from "./default-deadlines.ts";
export type { Deadlines } from "./default-deadlines.ts";
