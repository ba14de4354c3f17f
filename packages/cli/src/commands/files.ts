import { Command } from "@commander-js/extra-typings";
import { createCatCommand } from "./files/cat.ts";
import { createChmodCommand } from "./files/chmod.ts";
import { createChownCommand } from "./files/chown.ts";
import { createListCommand } from "./files/ls.ts";
import { createMakeDirectoryCommand } from "./files/mkdir.ts";
import { createMoveCommand } from "./files/mv.ts";
import { createPutCommand } from "./files/put.ts";
import { createRemoveCommand } from "./files/rm.ts";
import { createStatCommand } from "./files/stat.ts";
import { createUrlCommand } from "./files/url.ts";
import { createWatchCommand } from "./files/watch.ts";

export function createCommand() {
  return new Command("files")
    .addCommand(createListCommand())
    .addCommand(createStatCommand())
    .addCommand(createCatCommand())
    .addCommand(createPutCommand())
    .addCommand(createMakeDirectoryCommand())
    .addCommand(createMoveCommand())
    .addCommand(createRemoveCommand())
    .addCommand(createChmodCommand())
    .addCommand(createChownCommand())
    .addCommand(createWatchCommand())
    .addCommand(createUrlCommand());
}
