import { Command } from "@commander-js/extra-typings";
import { createListCommand } from "./audit/list.ts";
import { createVerifyCommand } from "./audit/verify.ts";

export function createCommand() {
  return new Command("audit").addCommand(createListCommand()).addCommand(createVerifyCommand());
}
