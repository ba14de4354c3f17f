import { Command } from "@commander-js/extra-typings";
import { createListCommand } from "./tenant/list.ts";
import { createSetCommand } from "./tenant/set.ts";

export function createCommand() {
  return new Command("tenant").addCommand(createListCommand()).addCommand(createSetCommand());
}
