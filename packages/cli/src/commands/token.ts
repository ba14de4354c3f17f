import { Command } from "@commander-js/extra-typings";
import { createCreateCommand } from "./token/create.ts";
import { createListCommand } from "./token/list.ts";
import { createRevokeCommand } from "./token/revoke.ts";

export function createCommand() {
  return new Command("token")
    .addCommand(createCreateCommand())
    .addCommand(createListCommand())
    .addCommand(createRevokeCommand());
}
