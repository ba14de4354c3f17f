export type * from "./ports/engine.ts";
export { MACHINE_FILES } from "./ports/engine.ts";
export type * from "./ports/guest.ts";
export type * from "./ports/limits.ts";
export type * from "./ports/options.ts";
export type * from "./ports/store.ts";
