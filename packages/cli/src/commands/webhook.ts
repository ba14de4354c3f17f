import { Command } from "@commander-js/extra-typings";
import { createCreateCommand } from "./webhook/create.ts";
import { createListCommand } from "./webhook/list.ts";
import { createRmCommand } from "./webhook/rm.ts";

export function createCommand() {
  return new Command("webhook")
    .addCommand(createCreateCommand())
    .addCommand(createListCommand())
    .addCommand(createRmCommand());
}
