import { Command } from "@commander-js/extra-typings";
import { createBuildCommand } from "./image/build.ts";
import { createListCommand } from "./image/list.ts";
import { createRemoveCommand } from "./image/remove.ts";

export function createCommand() {
  return new Command("image")
    .addCommand(createBuildCommand())
    .addCommand(createListCommand())
    .addCommand(createRemoveCommand());
}
