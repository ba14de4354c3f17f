import { Command } from "@commander-js/extra-typings";
import { createForwardCommand } from "./port/forward.ts";
import { createListCommand } from "./port/list.ts";
import { createOpenCommand } from "./port/open.ts";
import { createWaitCommand } from "./port/wait.ts";

export function createCommand() {
  return new Command("port")
    .description("Reach the TCP ports of a sandbox. 'forkd port ID' lists them.")
    .addCommand(createListCommand(), { isDefault: true })
    .addCommand(createForwardCommand())
    .addCommand(createWaitCommand())
    .addCommand(createOpenCommand());
}
