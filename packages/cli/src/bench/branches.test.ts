import { Forkd } from "@forkd/sdk";
import { expect, test } from "vitest";
import { answerJson, answerLines, readBody, serveHttp } from "../../../sdk/test/http-fixture.ts";
import type { HttpFixture } from "../../../sdk/test/http-fixture.ts";
import { measureBranches } from "./branches.ts";

const QUESTION = { code: "1 + 1", answer: "2" };

/** A daemon that knows what it was asked to make, and gives `answers` to one `eval` after the other. */
async function serve(things: Set<string>, answers: string[]): Promise<HttpFixture> {
  let made = 0;
  return await serveHttp("unix", async (request, response) => {
    const [, , collection, name = "", action] = (request.url ?? "").split("/");
    const text = await readBody(request);
    const body = (text === "" ? {} : JSON.parse(text)) as { tag?: string };
    if (action === "eval") return answerJson(response, 200, { result_json: answers.shift() });
    if (action === "branch") {
      things.add(body.tag ?? "");
      return answerLines(response, [{ type: "result", result: { tag: body.tag, pause_ms: 1.5 } }]);
    }
    if (request.method === "GET") return answerJson(response, 200, { tag: name });
    if (request.method === "DELETE") {
      things.delete(name);
      if (collection === "snapshots") return answerJson(response, 200, { removed: [name] });
      return response.writeHead(204).end();
    }
    expect(collection).toBe("sandboxes");
    const id = `sb_${(made += 1)}`;
    things.add(id);
    return answerLines(response, [{ type: "result", result: [{ id, snapshot_tag: "py" }] }]);
  });
}

test("branches are measured by three clocks, and nothing of them stays", async () => {
  const things = new Set<string>();
  await using server = await serve(things, ["2", "2", "2", "2"]);
  await using forkd = new Forkd({ baseUrl: server.url });
  const target = { forkd, tag: "py", question: QUESTION, signal: AbortSignal.timeout(60_000) };
  const { pause, written, firstEval } = await measureBranches(target, 2);
  expect(pause).toMatchObject({ runs: 2, p50: 1.5 });
  expect(written.max).toBeLessThanOrEqual(firstEval.max);
  expect(things).toEqual(new Set());
});

test("nothing stays of a branch whose fork answers wrongly", async () => {
  const things = new Set<string>();
  await using server = await serve(things, ["2", "3"]);
  await using forkd = new Forkd({ baseUrl: server.url });
  const target = { forkd, tag: "py", question: QUESTION, signal: AbortSignal.timeout(60_000) };
  await expect(measureBranches(target, 1)).rejects.toMatchObject({ code: "wrong_answer" });
  expect(things).toEqual(new Set());
});
