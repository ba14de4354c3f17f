import { Command } from "@commander-js/extra-typings";
import { createStartCommand } from "./daemon/start.ts";
import { createStatusCommand } from "./daemon/status.ts";

export function createCommand() {
  return new Command("daemon").addCommand(createStartCommand()).addCommand(createStatusCommand());
}
