import { Command } from "@commander-js/extra-typings";
import { createCreateCommand } from "./workspace/create.ts";
import { createDeleteCommand } from "./workspace/delete.ts";
import { createListCommand } from "./workspace/list.ts";
import { createResumeCommand } from "./workspace/resume.ts";
import { createSuspendCommand } from "./workspace/suspend.ts";

export function createCommand() {
  return new Command("workspace")
    .addCommand(createCreateCommand())
    .addCommand(createListCommand())
    .addCommand(createSuspendCommand())
    .addCommand(createResumeCommand())
    .addCommand(createDeleteCommand());
}
