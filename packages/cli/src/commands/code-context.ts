import { Command } from "@commander-js/extra-typings";
import { createCreateCommand } from "./code-context/create.ts";
import { createInterruptCommand } from "./code-context/interrupt.ts";
import { createLsCommand } from "./code-context/ls.ts";
import { createRmCommand } from "./code-context/rm.ts";
import { createRestartCommand } from "./code-context/restart.ts";

export function createCommand() {
  return new Command("code-context")
    .addCommand(createCreateCommand())
    .addCommand(createLsCommand())
    .addCommand(createRestartCommand())
    .addCommand(createInterruptCommand())
    .addCommand(createRmCommand());
}
