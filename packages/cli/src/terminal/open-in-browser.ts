import { spawn } from "node:child_process";
import { once } from "node:events";
import { hasDesktop } from "../environment.ts";

/** Opens a page where there is a desktop, and tells whether a browser was started. */
export async function openInBrowser(url: string): Promise<boolean> {
  if (!hasDesktop()) return false;
  const program = process.platform === "darwin" ? "open" : "xdg-open";
  const opening = spawn(program, [url], { stdio: "ignore", detached: true });
  opening.unref();
  try {
    await once(opening, "spawn");
    return true;
  } catch {
    return false;
  }
}
