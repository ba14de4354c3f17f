import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { hasDesktop } from "../environment.ts";

/** Within which what opens pages finds that there is no browser; some wait for the end of the one that they start. */
const PATIENCE_MS = 1000;

/** Opens a page where there is a desktop, and tells whether a browser was started. */
export async function openInBrowser(url: string, patienceMs = PATIENCE_MS): Promise<boolean> {
  if (!hasDesktop()) return false;
  const program = process.platform === "darwin" ? "open" : "xdg-open";
  const opening = spawn(program, [url], { stdio: "ignore", detached: true });
  opening.unref();
  try {
    const ended = once(opening, "exit").then(([code]) => code === 0);
    return await Promise.race([ended, delay(patienceMs, true)]);
  } catch {
    return false;
  }
}
