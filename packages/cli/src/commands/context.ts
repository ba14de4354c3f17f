import { Command } from "@commander-js/extra-typings";
import { createCreateCommand } from "./context/create.ts";
import { createListCommand } from "./context/list.ts";
import { createRemoveCommand } from "./context/remove.ts";
import { createUseCommand } from "./context/use.ts";

export function createCommand() {
  return new Command("context")
    .addCommand(createCreateCommand())
    .addCommand(createUseCommand())
    .addCommand(createListCommand())
    .addCommand(createRemoveCommand());
}
