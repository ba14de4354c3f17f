import { Command } from "@commander-js/extra-typings";
import { createListCommand } from "./netns/list.ts";
import { createSetupCommand } from "./netns/setup.ts";
import { createTeardownCommand } from "./netns/teardown.ts";

export function createCommand() {
  return new Command("netns")
    .addCommand(createSetupCommand())
    .addCommand(createTeardownCommand())
    .addCommand(createListCommand());
}
