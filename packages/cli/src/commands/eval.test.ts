import { mkdtempDisposable, readFile, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { serveHttp } from "../../../sdk/test/http-fixture.ts";
import { forkd, reply } from "../../test/run-forkd.ts";

const ID = "sb_4k2m9x7q0v3bz8wc";
const PNG = "iVBORw0KGgo=";
const told = { is_main_result: false, extra: {}, truncated: false };
const PLAIN = {
  result: "<Figure>",
  result_json: null,
  results: [
    { ...told, text: "'shown'", json: "shown" },
    { ...told, is_main_result: true, text: "<Figure>", png: PNG, html: "<b>", extra: { "x/y": "z" } },
  ],
  stdout: "printed\n",
  stderr: "",
  error: null,
  error_name: null,
  error_value: null,
  traceback: null,
  exit_code: 0,
  timed_out: false,
  truncated: false,
  execution_count: 1,
  duration_ms: 1,
};

const run = async (answer: object, ...words: string[]) => {
  await using daemon = await serveHttp("unix", reply(200, answer));
  return await forkd(daemon.url, "eval", ID, "code", ...words);
};

test("results are printed as text, and what else they are is said", async () => {
  expect(await run(PLAIN)).toEqual({
    status: 0,
    stdout: "printed\n'shown'\n<Figure>\n",
    stderr: "(result 2: image/png, 8 B; text/html, 3 B; x/y)\n",
  });
});

test("what a guest calls its results and errors does not drive the terminal", async () => {
  const named = { ...told, extra: { "x/\u001B]0;owned\u0007\ny": "z" } };
  const { stderr } = await run({ ...PLAIN, results: [named], error: "E", traceback: "at \u001B[2Jhere" });
  expect(stderr).toBe("(result 1: x/\uFFFDy)\nat here\n");
});

test("results are written by the ending of a file, or all of them into a directory", async () => {
  await using place = await mkdtempDisposable(join(tmpdir(), "forkd-cx-eval-"));
  const image = join(place.path, "fig.png");
  expect((await run(PLAIN, "-o", image)).status).toBe(0);
  expect((await readFile(image)).toString("base64")).toBe(PNG);
  const all = join(place.path, "made/here");
  expect((await run(PLAIN, "--output-dir", all)).status).toBe(0);
  expect((await readdir(all)).toSorted()).toEqual([
    "result-1.json",
    "result-1.txt",
    "result-2.html",
    "result-2.png",
    "result-2.txt",
  ]);
  expect(await readFile(join(all, "result-1.json"), "utf8")).toBe('"shown"');
});

test("code that failed writes no file, and that is said", async () => {
  const { stderr } = await run({ ...PLAIN, error: "E", exit_code: 1 }, "-o", "/no/such/fig.png");
  expect(stderr).toContain("the code failed: /no/such/fig.png is not written");
});

test("a file of a format that no result has is refused, with those that there are", async () => {
  const { status, stderr } = await run(PLAIN, "-o", "fig.pdf");
  expect(status).toBe(2);
  expect(stderr).toContain(".png");
});

test("a shell's own status is ours", async () => {
  expect((await run({ ...PLAIN, exit_code: 7 })).status).toBe(7);
});

test("a language and a context are not told together", async () => {
  expect((await run(PLAIN, "-l", "bash", "--context", "ctx_1")).status).toBe(2);
  expect((await run(PLAIN, "-l", "perl")).status).toBe(2);
  expect((await run(PLAIN, "-l", "js")).status).toBe(0);
});
