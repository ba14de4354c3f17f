// What makes a forked interpreter differ from its siblings: new random state, and the new machine's environment.

import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import { fileURLToPath } from "node:url";

const ADDON = fileURLToPath(new URL("node-random.so", import.meta.url));
const UUID_CACHE = 128;
const RANDOM_INT_CACHE = 1024;
const RANDOM_POOL_BYTES = 4096;

/** Node keeps random bytes for some functions. Once one was used, a whole round of calls leaves none of the old. */
function drainWhenUsed(owner, name, calls, ...args) {
  const original = owner[name];
  let used = false;
  const watched = function (...given) {
    used = true;
    return Reflect.apply(original, this, given);
  };
  for (const key of ["name", "length"])
    Object.defineProperty(watched, key, Object.getOwnPropertyDescriptor(original, key));
  Object.defineProperty(owner, name, { ...Object.getOwnPropertyDescriptor(owner, name), value: watched });
  return () => {
    if (!used) return;
    for (let i = 0; i < calls; i += 1) Reflect.apply(original, crypto.webcrypto, args);
  };
}

const drains = [
  drainWhenUsed(crypto, "randomUUID", UUID_CACHE),
  drainWhenUsed(Object.getPrototypeOf(crypto.webcrypto), "randomUUID", UUID_CACHE),
  drainWhenUsed(crypto, "randomInt", RANDOM_INT_CACHE, 2 ** 47),
];
syncBuiltinESMExports();

const nativeRandom = Math.random;
const pool = Buffer.alloc(RANDOM_POOL_BYTES);
let poolUsed = RANDOM_POOL_BYTES;
let forked = false;

// V8's generator cannot be reseeded. Whoever keeps a reference to Math.random has to have this one.
Math.random = function random() {
  if (!forked) return nativeRandom();
  if (poolUsed + 8 > RANDOM_POOL_BYTES) {
    crypto.randomFillSync(pool);
    poolUsed = 0;
  }
  const high = pool.readUInt32LE(poolUsed) >>> 5;
  const low = pool.readUInt32LE(poolUsed + 4) >>> 6;
  poolUsed += 8;
  return (high * 67_108_864 + low) / 9_007_199_254_740_992;
};

/** Whether OpenSSL has no state that a fork would copy. What is wrong is told at the fork. */
function replaceOpenssl() {
  const module = { exports: {} };
  try {
    process.dlopen(module, ADDON);
    return module.exports === true
      ? undefined
      : new Error("OpenSSL did not take another source of randomness");
  } catch (error) {
    return error;
  }
}

const failure = replaceOpenssl();

/** `env` is `NAME=VALUE` with NUL between them. */
export function reseed(env) {
  for (const item of env.split("\0")) {
    const end = item.indexOf("=");
    if (end > 0) process.env[item.slice(0, end)] = item.slice(end + 1);
  }
  if (failure !== undefined) throw failure;
  forked = true;
  poolUsed = RANDOM_POOL_BYTES;
  for (const drain of drains) drain();
}

/** After a rehearsal: nothing was forked yet. */
export function forgetReseed() {
  forked = false;
}
