import { writeFile } from "node:fs/promises";
import { afterEach, expect, test, vi } from "vitest";
import { createScratch } from "../../../test/scratch.ts";
import { PATIENT } from "../../../test/snapshot-fixture.ts";
import { readBody } from "./http.ts";
import { resumeDownload } from "./resume-download.ts";

const url = new URL("http://packs.test/py");

afterEach(() => void vi.useRealTimers());

/** A body of which so many bytes come every 20 s. */
function trickle(bytesAtOnce: number, times: number): Response {
  let left = times;
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 20_000));
    controller.enqueue(new Uint8Array(bytesAtOnce));
    if (--left === 0) controller.close();
  };
  return new Response(new ReadableStream({ pull }, { highWaterMark: 0 }));
}

async function receive(response: Response, restMs = 0): Promise<number> {
  let received = 0;
  for await (const chunk of readBody(response, url, PATIENT)) {
    received += chunk.length;
    await new Promise((resolve) => setTimeout(resolve, restMs));
  }
  return received;
}

test("gives up a server that sends less than 1 KiB/s over a minute", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  const slow = receive(trickle(20_000, 10)).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(300_000);
  expect(await slow).toMatchObject({
    code: "registry_failed",
    message: expect.stringMatching(/only 60000 bytes came in 60 s/) as string,
  });
});

test("bears a server that sends more, and the time that the receiver takes", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  const steady = receive(trickle(21_000, 10));
  const busy = receive(trickle(21_000, 10), 600_000);
  await vi.advanceTimersByTimeAsync(7_000_000);
  expect(await Promise.all([steady, busy])).toEqual([210_000, 210_000]);
});

test("refuses a download that cannot fit on the disk before it writes any of it", async () => {
  await using scratch = await createScratch();
  const path = `${scratch.path}/download`;
  await writeFile(path, "");
  let received = 0;
  const download = {
    url,
    path,
    sizeBytes: undefined,
    limitBytes: 2 ** 52,
    request: () => Promise.resolve(new Response("something")),
    onBytes: (count: number) => void (received += count),
  };
  await expect(resumeDownload(download, PATIENT)).rejects.toMatchObject({
    code: "disk_full",
    message: expect.stringMatching(/packs\.test/) as string,
  });
  expect(received).toBe(0);
});
