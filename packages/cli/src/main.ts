import { surviveClosedOutput } from "./output/print.ts";
import { runCli } from "./run.ts";

surviveClosedOutput();
await runCli(process.argv.slice(2));
