import { describe, expect, test } from "vitest";
import { CHILDREN, evaluateAll, runAll, useChildren } from "./children.ts";

const used = useChildren();

const PYTHON: [generator: string, code: string][] = [
  ["random", "random.getrandbits(64).__str__()"],
  ["Random of the user's own", "own.random()"],
  ["numpy.random", "numpy.random.bytes(8).hex()"],
  ...["MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64"].map((kind): [string, string] => [
    `numpy.random.Generator with ${kind}`,
    `[int(n) for n in generators["${kind}"].integers(2**32, size=1, dtype="uint32")].__str__()`,
  ]),
  ["uuid.uuid1", "str(uuid.uuid1())"],
  ["uuid.uuid4", "str(uuid.uuid4())"],
  ["ssl", "ssl.RAND_bytes(8).hex()"],
  ["secrets", "secrets.token_hex(8)"],
  ["tempfile", "next(tempfile._get_candidate_names())"],
];

/** `rdrand rax; ret`, on a page of its own. */
const RDRAND = `
import ctypes, mmap
page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
page.write(bytes.fromhex("480fc7f0c3"))
str(ctypes.CFUNCTYPE(ctypes.c_uint64)(ctypes.addressof(ctypes.c_char.from_buffer(page)))())
`;

const NODE: [generator: string, code: string][] = [
  ["Math.random", "Math.random()"],
  ["crypto.randomBytes", "crypto.randomBytes(8).toString('hex')"],
  ["crypto.randomUUID", "crypto.randomUUID()"],
  ["crypto.getRandomValues", "[...crypto.webcrypto.getRandomValues(new Uint8Array(8))].join()"],
  [
    "crypto.generateKeyPair",
    "crypto.generateKeyPairSync('x25519').publicKey.export({type:'spki',format:'der'}).toString('hex')",
  ],
];

describe("no two children give the same", () => {
  test("/dev/urandom", async () => {
    const bytes = await runAll(used.children, "head -c 16 /dev/urandom | od -An -tx1");
    expect(new Set(bytes).size).toBe(CHILDREN);
  });

  test("/dev/hwrng, which the host feeds", async () => {
    const outputs = await runAll(used.children, "head -c 256 /dev/hwrng | od -An -tx1 -w8");
    const bytes = outputs.flatMap((output) => output.trim().split("\n"));
    expect(bytes).toHaveLength(32 * CHILDREN);
    expect(new Set(bytes).size).toBe(32 * CHILDREN);
  });

  test("the instruction RDRAND", async () => {
    expect(new Set(await evaluateAll(used.children, RDRAND)).size).toBe(CHILDREN);
  });

  test.each(PYTHON)("Python %s", async (_generator, code) => {
    expect(new Set(await evaluateAll(used.children, code)).size).toBe(CHILDREN);
  });

  test.each(NODE)("Node %s", async (_generator, code) => {
    expect(new Set(await evaluateAll(used.children, code, { language: "node" })).size).toBe(CHILDREN);
  });
});
