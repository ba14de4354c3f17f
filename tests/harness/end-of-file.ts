import { afterAll } from "vitest";
import { endWhatIsLeft } from "./what-is-left.ts";

/** Behind all hooks of the file: one that timed out, or failed, has left its machines running. */
afterAll(async () => {
  const count = await endWhatIsLeft();
  if (count > 0) throw new Error(`${count} machines or daemons were left running, and are ended now`);
});
