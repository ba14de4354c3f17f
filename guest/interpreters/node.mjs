// The warm Node interpreter: answers calls on descriptor 3 with frames on descriptor 4, and keeps its state.

import { createRequire } from "node:module";
import util from "node:util";
import { call, findHolder, forgetCall, interruptCall } from "./forkd-node-call.mjs";
import { display } from "./forkd-node-display.mjs";
import { readFrames, sendFrame } from "./forkd-node-frames.mjs";
import { forgetReseed, reseed } from "./forkd-node-reseed.mjs";

class ProcessExit extends Error {
  name = "ProcessExit";
}

function answerFork(generation, env) {
  const answer = { op: "forked", generation: Number(generation) };
  try {
    reseed(env);
  } catch (error) {
    answer.error = String(error);
  }
  sendFrame(answer);
}

/** What does not fit into a pipe waits in the stream. */
function flush(stream) {
  if (stream.writableLength === 0) return undefined;
  return new Promise((resolve) => stream.write("", resolve));
}

async function onFrame([op, word], body, holder) {
  if (op === "fork") return answerFork(word, body);
  const answer = await call(body, word, holder);
  if (op === "rehearse") forgetCall();
  await flush(process.stdout);
  await flush(process.stderr);
  sendFrame({ ...answer, op: "result" });
}

/** Does once what every forked child does first: what was compiled before the fork is shared. */
async function rehearse(holder) {
  reseed("");
  forgetReseed();
  await call("0", "auto", holder);
  await flush(process.stdout);
  await flush(process.stderr);
  forgetCall();
}

function start() {
  const report = (error) => process.stderr.write(`${util.inspect(error)}\n`);
  process.on("uncaughtException", report);
  process.on("unhandledRejection", report);
  process.on("SIGINT", interruptCall);
  process.exit = (code) => {
    throw new ProcessExit(`process.exit(${code ?? ""})`);
  };
  Object.defineProperty(globalThis, "display", { value: display, writable: true, configurable: true });
  globalThis.require = createRequire(`${process.cwd()}/`);
  findHolder((holder) => {
    const ready = () => {
      readFrames(onFrame, holder);
      sendFrame({ op: "ready", version: process.versions.node });
    };
    // What fails in a rehearsal fails again, and is told then.
    rehearse(holder).then(ready, ready);
  });
}

start();
