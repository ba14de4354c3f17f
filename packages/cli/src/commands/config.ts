import { Command } from "@commander-js/extra-typings";
import { createShowCommand } from "./config/show.ts";

export function createCommand() {
  return new Command("config").addCommand(createShowCommand());
}
