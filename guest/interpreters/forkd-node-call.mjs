// One call, through V8's own REPL mode, which has top-level await and allows to declare a name again.

import inspector from "node:inspector";
import vm from "node:vm";
import { describeFailure, describeValue } from "./forkd-node-answer.mjs";
import { beginResults, isDisplayable, showValue, wereResultsCut } from "./forkd-node-display.mjs";
import { importFrom, prepare } from "./forkd-node-source.mjs";

const BRIDGE = Symbol.for("forkd.interpreter");
const session = new inspector.Session();
session.connect();

/** What V8's inspector and the user's code hand over to us. */
const bridge = { value: undefined, run: () => undefined, import: importFrom };
Object.defineProperty(globalThis, BRIDGE, { value: bridge });
const startCall = new vm.Script(`globalThis[Symbol.for("forkd.interpreter")].run()`, {
  filename: "node.mjs",
});

let cells = 0;
let interrupt = () => undefined;

export const interruptCall = () => interrupt();

/** After a rehearsal: the user's next call has the number of the last. */
export function forgetCall() {
  cells -= 1;
}

/** Gives the inspector's id of the bridge, which calls need. It is asked for once. */
export function findHolder(onFound) {
  const expression = `globalThis[Symbol.for("forkd.interpreter")]`;
  session.post("Runtime.evaluate", { expression }, (_error, { result }) => onFound(result.objectId));
}

class KeyboardInterrupt extends Error {
  name = "KeyboardInterrupt";
  stack = "KeyboardInterrupt";
}

/** The value behind the inspector's description of it. */
function takeValue(remote, holder) {
  const { objectId, value, unserializableValue } = remote;
  session.post("Runtime.callFunctionOn", {
    objectId: holder,
    functionDeclaration: "function (value) { this.value = value; }",
    arguments: [objectId ? { objectId } : unserializableValue ? { unserializableValue } : { value }],
    silent: true,
  });
  const taken = bridge.value;
  bridge.value = undefined;
  return taken;
}

/** Settles with the inspector's answer, or fails with KeyboardInterrupt. */
function evaluate(expression) {
  return new Promise((resolve, reject) => {
    interrupt = () => reject(new KeyboardInterrupt());
    bridge.run = () => {
      const options = { expression, replMode: true, awaitPromise: true, objectGroup: "call", silent: true };
      session.post("Runtime.evaluate", options, (error, answer) => (error ? reject(error) : resolve(answer)));
    };
    try {
      startCall.runInThisContext({ breakOnSigint: true });
    } catch (error) {
      reject(error.code === "ERR_SCRIPT_EXECUTION_INTERRUPTED" ? new KeyboardInterrupt() : error);
    }
  });
}

/** Settles as the work does, or fails with KeyboardInterrupt. */
function orInterrupted(work) {
  const interrupted = new Promise((_resolve, reject) => {
    interrupt = () => reject(new KeyboardInterrupt());
  });
  return Promise.race([work, interrupted]);
}

export async function call(code, mode, holder) {
  beginResults();
  const answer = await answerCall(code, mode, holder);
  return wereResultsCut() ? { ...answer, truncated: true } : answer;
}

async function answerCall(code, mode, holder) {
  cells += 1;
  const name = `cell-${cells}`;
  try {
    const answer = await evaluate(`${prepare(code, mode, name)}\n//# sourceURL=${name}`);
    const { exceptionDetails: details, result } = answer;
    if (details !== undefined) {
      const thrown = takeValue(details.exception, holder);
      const isSyntax = thrown instanceof SyntaxError;
      return describeFailure(thrown, isSyntax ? `    at ${name}:${details.lineNumber + 1}` : "");
    }
    if (mode === "run") return {};
    const value = takeValue(result, holder);
    if (isDisplayable(value)) await orInterrupted(showValue(value));
    return describeValue(value);
  } catch (error) {
    return describeFailure(error);
  } finally {
    interrupt = () => undefined;
    session.post("Runtime.releaseObjectGroup", { objectGroup: "call" });
  }
}
