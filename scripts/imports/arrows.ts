/** Our packages, with those that each may import. What a test alone needs beside these is in `TEST_ARROWS`. */
export const ARROWS: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  posix: [],
  core: ["contract"],
  "engine-qemu": ["contract", "core", "posix"],
  "guest-client": ["contract", "core", "posix"],
  host: ["contract", "core", "posix"],
  store: ["contract", "core", "posix"],
  daemon: ["contract", "core", "posix", "engine-qemu", "guest-client", "host", "store"],
  // Its types are generated from the contract, so that it depends on nothing.
  sdk: [],
  mcp: ["contract", "sdk"],
  cli: ["contract", "sdk", "mcp"],
};

/** A machine can only be asked what it does by the agent in it. */
export const TEST_ARROWS: Readonly<Record<string, readonly string[]>> = {
  "engine-qemu": ["guest-client"],
};
