import { Command } from "@commander-js/extra-typings";
import { createStatusCommand } from "./daemon/status.ts";

export function createCommand() {
  return new Command("daemon").addCommand(createStatusCommand());
}
