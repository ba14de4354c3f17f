import { once } from "node:events";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { Tunnels } from "./tunnels.ts";

test("so many tunnels are open at once, and a place is free again when one has closed or was refused", async () => {
  const tunnels = new Tunnels();
  const open = () => tunnels.open(async () => new PassThrough());
  const all = await Promise.all(Array.from({ length: 1023 }, open));
  await expect(tunnels.open(() => Promise.reject(new Error("refused")))).rejects.toThrow("refused");
  all.push(await open());
  await expect(open()).rejects.toMatchObject({ code: "too_many_connections", details: { limit: 1024 } });
  const closed = once(all[0]!, "close");
  all[0]!.destroy();
  await closed;
  await open();
  await expect(open()).rejects.toMatchObject({ code: "too_many_connections" });
});
