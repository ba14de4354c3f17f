import * as fc from "fast-check";
import { readQuery, writeAnswer } from "../../packages/host/src/network/names/dns-message.ts";
import { mutated } from "../mutate.ts";
import { alone } from "../target.ts";
import type { FuzzTarget } from "../target.ts";
import { require } from "../verdict.ts";

const HEADER = [0x12, 0x34, 0x01, 0, 0, 1, 0, 0, 0, 0, 0, 1];
const EDNS = [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0];
const QUERIES = ["\u0007example\u0003com", "\u0001*\u0004pypi\u0003org", ""].map((name) =>
  Buffer.concat([Buffer.from(HEADER), Buffer.from(`${name}\0\0\u0001\0\u0001`, "latin1"), Buffer.from(EDNS)]),
);
const addresses = Array.from({ length: 16 }, () => ({ bytes: new Uint8Array(16), ttlSecs: 60 }));

/** What a guest asks its name server. */
export const nameQueries: FuzzTarget = {
  name: "name-queries",
  open: () => Promise.resolve(alone(fc.asyncProperty(mutated(QUERIES), answer))),
};

async function answer(message: Buffer): Promise<void> {
  const query = readQuery(message);
  if (!query) return;
  require(query.name.length <= 255 && /^[\w.-]*$/.test(query.name), "it read what is no name of a host");
  const written = writeAnswer(query, { code: 0, addresses });
  require(written.length <= 512, "the answer is longer than everybody takes");
  require(message.includes(query.question) &&
    written.includes(query.question), "it answers another question");
}
