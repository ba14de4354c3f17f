import type { EvalEvent, EvalResult } from "@forkd/contract";
import type { Language } from "@forkd/core";
import { describe, expect, it } from "vitest";
import { calm } from "./dial.ts";
import { useAgent } from "./use-agent.ts";

const use = useAgent();
const PNG = "iVBORw0KGgo=";

function run(language: Language, code: string, timeoutMs = 20_000): Promise<EvalResult> {
  return use.agent.evaluate({ language, code, mode: "auto", timeoutMs }, calm);
}

const python = (code: string) => run("python", code);
const node = (code: string) => run("node", code);

function stream(language: Language, code: string, timeoutMs = 20_000): AsyncIterable<EvalEvent> {
  return use.agent.evaluateStream({ language, code, mode: "auto", timeoutMs }, calm);
}

/** A value of a class of its own, with methods that give what is told. */
const shown = (methods: Record<string, string>) =>
  `class Shown:\n${Object.entries(methods)
    .map(([name, body]) => `    def ${name}(self, **_):\n        ${body}\n`)
    .join("")}    def __repr__(self):\n        return "Shown()"\nShown()`;

describe("results of Python", () => {
  it("gives every format that the value's class has", async () => {
    const { results, result } = await python(
      shown({
        _repr_html_: "return '<b>x</b>'",
        _repr_markdown_: "return '**x**'",
        _repr_svg_: "return '<svg/>'",
        _repr_png_: "return b'\\x89PNG\\r\\n\\x1a\\n'",
        _repr_jpeg_: `return '${PNG.slice(0, 4)}\\n${PNG.slice(4)}'`,
        _repr_latex_: "return ('$x$', {'size': 1})",
        _repr_json_: "return {'a_b': [1, None]}",
      }),
    );
    expect(result).toBe("Shown()");
    expect(results).toEqual([
      {
        is_main_result: true,
        text: "Shown()",
        html: "<b>x</b>",
        markdown: "**x**",
        svg: "<svg/>",
        png: PNG,
        jpeg: PNG,
        latex: "$x$",
        json: { a_b: [1, null] },
        extra: {},
        truncated: false,
      },
    ]);
  });

  it("prefers a bundle of formats, and keeps those that have no name", async () => {
    const bundle =
      "return {'text/plain': 'own', 'text/html': 'better', 'application/x-y': 'z', 'text/latex': None}";
    const { results } = await python(shown({ _repr_html_: "return 'worse'", _repr_mimebundle_: bundle }));
    expect(results).toMatchObject([{ text: "own", html: "better", extra: { "application/x-y": "z" } }]);
  });

  it("gives a plain value as text and JSON, and nothing for none", async () => {
    expect((await python("{'a': 1}")).results).toEqual([
      { is_main_result: true, text: "{'a': 1}", json: { a: 1 }, extra: {}, truncated: false },
    ]);
    expect((await python("None")).results).toEqual([]);
    expect((await python("x = 1")).results).toEqual([]);
  });

  it("displays as often as it is asked, values and bundles, before the value", async () => {
    const code = "display(1, 'two'); display({'text/html': '<i>'}, raw=True)\n3";
    const { results } = await python(code);
    expect(results).toMatchObject([
      { is_main_result: false, text: "1", json: 1 },
      { is_main_result: false, text: "'two'", json: "two" },
      { is_main_result: false, html: "<i>" },
      { is_main_result: true, text: "3" },
    ]);
  });

  it("leaves out a format that fails, and says so; one that prints is a part of the output", async () => {
    const { results, stderr, stdout, error } = await python(
      shown({
        _repr_html_: "raise ValueError('no')",
        _repr_markdown_: "print('printed'); return 'm'",
        _repr_json_: "return {1: object()}",
      }),
    );
    expect(error).toBeNull();
    expect(results).toMatchObject([{ markdown: "m", text: "Shown()" }]);
    expect(results[0]).not.toHaveProperty("html");
    expect(stderr).toBe("Shown._repr_html_: ValueError: no\n");
    expect(stdout).toBe("printed\n");
  });

  it("interrupts a format that hangs, and keeps the state", async () => {
    await python("kept = 1");
    const hangs = shown({ _repr_html_: "\n        while True: pass" });
    expect(await run("python", hangs, 300)).toMatchObject({
      timed_out: true,
      error_name: "KeyboardInterrupt",
    });
    expect((await python("kept")).result).toBe("1");
  });

  it("leaves out what is too long or too much, and says so", async () => {
    const large = await python(
      shown({ _repr_html_: "return 'x' * 100_000_000", _repr_latex_: "return 'l'" }),
    );
    expect(large.results).toMatchObject([{ latex: "l", truncated: true }]);
    expect(large.results[0]).not.toHaveProperty("html");
    const many = await python("for i in range(100): display(i)");
    expect(many).toMatchObject({ truncated: true });
    expect(many.results).toHaveLength(32);
    const heavy = await python("for i in range(9): display({'text/html': 'x' * 1_000_000}, raw=True)");
    expect(heavy).toMatchObject({ truncated: true });
    expect(heavy.results).toHaveLength(8);
    expect((await python("1 + 1")).truncated).toBe(false);
  });

  it("shows nothing from a thread or a process of its own", async () => {
    const code = "import threading\nt = threading.Thread(target=display, args=(1,))\nt.start(); t.join()";
    expect(await python(code)).toMatchObject({ stdout: "1\n", results: [], error: null });
    const fork =
      "import os\npid = os.fork()\nif pid == 0:\n    display(2); os._exit(0)\n_ = os.waitpid(pid, 0)";
    expect(await python(fork)).toMatchObject({ results: [], error: null });
    expect((await python("5")).result).toBe("5");
  });

  it("tells an error's value without its name", async () => {
    expect(await python("1 / 0")).toMatchObject({
      error_name: "ZeroDivisionError",
      error_value: "division by zero",
    });
    expect(await python("raise KeyError")).toMatchObject({ error_name: "KeyError", error_value: "" });
  });
});

/** Enough of pyplot, and of pandas, for what is asked of them. */
const STAND_INS = `
import sys, types
def module(name):
    sys.modules[name] = types.ModuleType(name)
    return sys.modules[name]
class Figure:
    def savefig(self, file, format, bbox_inches): file.write(b"\\x89PNG\\r\\n\\x1a\\n")
Figure.__module__ = "matplotlib.figure"
class Axes:
    lines = collections = patches = []
    name = "3d"
    def get_label(self): return ""
    def get_title(self): return "Growth"
    def has_data(self): return True
figures = {}
pyplot = module("matplotlib.pyplot")
pyplot.get_fignums = lambda: sorted(figures)
pyplot.figure = lambda number: figures[number]
pyplot.close = lambda _all: figures.clear()
class DataFrame:
    shape = (2, 2)
    def to_json(self, orient, date_format): return '{"columns":["a_b",3],"index":[0,1],"data":[[1,"x"],[2,null]]}'
    def _repr_html_(self): return "<table>"
DataFrame.__module__ = "pandas.core.frame"
`;

describe("figures and tables", () => {
  it("gives open figures as images once, and closes them, also behind an error", async () => {
    await python(STAND_INS);
    const { results } = await python("figures.update({1: Figure(), 2: Figure()}); figures[1]");
    expect(results).toMatchObject([
      { is_main_result: true, png: PNG },
      { is_main_result: false, png: PNG },
    ]);
    expect(results.map(({ chart }) => chart)).toEqual([undefined, undefined]);
    const drawn = await python("Figure.axes = [Axes()]; figures[1] = Figure()");
    expect(drawn.results).toMatchObject([{ png: PNG, chart: { type: "unknown", title: "Growth" } }]);
    expect((await python("len(figures)")).result).toBe("0");
    await python("figures[1] = Figure(); 1 / 0");
    expect((await python("len(figures)")).results).toMatchObject([{ text: "0" }]);
  });

  it("gives a table in HTML, and its columns as data", async () => {
    const { results } = await python("DataFrame()");
    expect(results).toMatchObject([{ html: "<table>", data: { a_b: [1, 2], 3: ["x", null] } }]);
    await python("del sys.modules['matplotlib.pyplot']");
  });
});

describe("results of Node", () => {
  it("displays values and bundles", async () => {
    const code = `display({ a: 1 }); display({ "text/html": "<i>", "image/png": Buffer.from("${PNG}", "base64"), "x/y": "z" }, { raw: true }); 3`;
    expect((await node(code)).results).toMatchObject([
      { is_main_result: false, text: "{ a: 1 }", json: { a: 1 } },
      { html: "<i>", png: PNG, extra: { "x/y": "z" } },
      { is_main_result: true, text: "3" },
    ]);
  });

  it("shows a value as it says itself, and as JSON by its toJSON", async () => {
    const rich = `({ [Symbol.for("Jupyter.display")]: async () => ({ "text/markdown": "**x**" }), [Symbol.for("nodejs.util.inspect.custom")]: () => "Own" })`;
    expect((await node(rich)).results).toMatchObject([
      { is_main_result: true, text: "Own", markdown: "**x**" },
    ]);
    expect((await node("({ toJSON: () => [1] })")).results).toMatchObject([{ json: [1] }]);
  });

  it("interrupts a display that never comes, and leaves out what is too much", async () => {
    const hangs = `({ [Symbol.for("Jupyter.display")]: () => new Promise(() => setInterval(() => {}, 1000)) })`;
    expect(await run("node", hangs, 200)).toMatchObject({ timed_out: true, error_name: "KeyboardInterrupt" });
    const many = await node("for (let i = 0; i < 40; i += 1) display(i)");
    expect(many.truncated).toBe(true);
    expect(many.results).toHaveLength(32);
    expect((await node(`display({ "text/html": "x".repeat(5e6) }, { raw: true })`)).results).toMatchObject([
      { truncated: true },
    ]);
  });
});

describe("a streamed evaluation", () => {
  it("gives what was printed before what is displayed then, and the value at last", async () => {
    const events = await Array.fromAsync(stream("python", "print('h\u00e9'); display(1); 2"));
    expect(events).toMatchObject([
      { type: "start" },
      { type: "stdout", text: "h\u00e9\n" },
      { type: "result", content: { is_main_result: false, text: "1" } },
      { type: "result", content: { is_main_result: true, text: "2" } },
      { type: "end", outcome: { result: "2", stdout: "", results: [], exit_code: 0 } },
    ]);
  });

  it.each([
    ["python", "import time; print('first'); time.sleep(60)"],
    ["node", "console.log('first'); await new Promise((end) => setTimeout(end, 60_000))"],
    ["bash", "echo first; sleep 60"],
  ] as const)(
    "tells what %s has printed while it runs, and is interrupted when nobody reads on",
    async (language, code) => {
      const events = stream(language, code, 120_000)[Symbol.asyncIterator]();
      expect((await events.next()).value).toEqual({ type: "start" });
      expect((await events.next()).value).toEqual({ type: "stdout", text: "first\n" });
      await events.return?.();
      expect((await run(language, language === "bash" ? "echo 2" : "1 + 1")).error).toBeNull();
    },
  );

  it("goes on behind a standard output that the code has closed", async () => {
    await Array.fromAsync(stream("python", "import sys; sys.stdout.close()"));
    expect(await run("python", "1 + 1")).toMatchObject({ result: "2", error: null });
    const [, , end] = await Array.fromAsync(stream("python", "2"));
    expect(end).toMatchObject({ type: "end", outcome: { error: null, result: "2" } });
    await use.agent.contexts.restart("python", calm);
  });
});
