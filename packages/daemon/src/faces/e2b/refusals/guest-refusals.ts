import type { Refusal } from "./refusal.ts";

/** What what is in a sandbox could be asked for, beside calls that are refused as such. */
export const GUEST_REFUSALS = {
  "other homes": {
    option: "~USER",
    sdk: "all paths",
    why: "the home of another user is not looked up",
    instead: "name the directory",
  },
  "end of a terminal's input": {
    option: "CloseStdin of a terminal",
    sdk: "commands.closeStdin",
    why: "a terminal has no end of input",
    instead: "send it Ctrl+D (0x04)",
  },
  "processes with one reader": {
    option: "Connect to a process of forkd's own API that waits for its one reader",
    sdk: "commands.connect",
    why: "what it says goes to that reader alone",
    instead: "attach by forkd's own API",
  },
  env_vars: {
    option: "env_vars",
    sdk: "runCode: envs",
    why: "an interpreter's environment is that of its sandbox",
    instead: "give variables to the sandbox as it is created, or set them in the code",
  },
  language: {
    option: "language",
    values: "other than `python`, `javascript`, `js` and `bash`",
    sdk: "runCode, createCodeContext",
    why: "there is no interpreter for it",
    instead: "use python, javascript or bash",
  },
} as const satisfies Record<string, Refusal>;
