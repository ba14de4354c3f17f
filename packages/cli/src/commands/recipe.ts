import { Command } from "@commander-js/extra-typings";
import { createBuildCommand } from "./recipe/build.ts";
import { createListCommand } from "./recipe/list.ts";
import { createNewCommand } from "./recipe/new.ts";
import { createRunCommand } from "./recipe/run.ts";
import { createShowCommand } from "./recipe/show.ts";

export function createCommand() {
  return new Command("recipe")
    .addCommand(createListCommand())
    .addCommand(createShowCommand())
    .addCommand(createBuildCommand())
    .addCommand(createRunCommand())
    .addCommand(createNewCommand());
}
