import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { ROOT } from "../../scripts/docs/blocks.ts";
import { PYTHON, installFromPypi } from "./pypi.ts";

const run = promisify(execFile);
const PACKAGES = ["matplotlib==3.10.8", "pandas==2.3.3", "e2b-code-interpreter==2.11.5"];

/** What is drawn, and the least that its chart says; null where there is none. */
const FIGURES: [name: string, code: string, chart: object | null][] = [
  [
    "lines, with gaps, rules and a grid",
    `plt.plot([1, 4, float("nan")], label="squares"); plt.plot([1, 2, 3]); plt.axhline(2); plt.grid()
plt.title("Growth"); plt.xlabel("time (s)"); plt.ylabel("way [m]")`,
    {
      type: "line",
      read_as: "LineChart",
      title: "Growth",
      elements: [
        { label: "squares", points: points([0, 1], [1, 4], [2, null]) },
        { label: "Line 1", points: points([0, 1], [1, 2], [2, 3]) },
      ],
      x_label: "time (s)",
      x_unit: "s",
      y_unit: "m",
      x_scale: "linear",
    },
  ],
  [
    "dates",
    "plt.plot([datetime.date(2026, 1, 1), datetime.date(2026, 1, 2)], [1, 2])",
    { x_scale: "datetime", elements: [{ points: points(["2026-01-01", 1], ["2026-01-02", 2]) }] },
  ],
  [
    "dates of pandas",
    `pandas.Series([1, 2], index=pandas.date_range("2026-01-01", periods=2)).plot()`,
    {
      x_scale: "datetime",
      elements: [{ points: points(["2026-01-01T00:00:00", 1], ["2026-01-02T00:00:00", 2]) }],
    },
  ],
  ["names", `plt.plot(["a", "b"], [1, 2])`, { x_scale: "categorical", x_tick_labels: ["a", "b"] }],
  ["logarithms", "plt.semilogy([1, 10, 100])", { x_scale: "linear", y_scale: "log" }],
  [
    "points",
    `plt.scatter([1, 2], [3, 4], label="some")`,
    {
      type: "scatter",
      read_as: "ScatterChart",
      elements: [{ label: "some", points: points([1, 3], [2, 4]) }],
    },
  ],
  [
    "points over dates",
    "plt.scatter([datetime.datetime(2026, 1, 1)], [3])",
    { x_scale: "datetime", elements: [{ points: points(["2026-01-01T00:00:00+00:00", 3]) }] },
  ],
  [
    "bars",
    `plt.bar(["a", "b"], [3, 4], label="x"); plt.ylabel("count (1)")`,
    { type: "bar", read_as: "BarChart", y_unit: "1", elements: [bar("a", "x", 3), bar("b", "x", 4)] },
  ],
  [
    "bars that lie",
    `plt.barh(["a", "b"], [3, 4]); plt.xlabel("count (1)")`,
    { y_label: "count (1)", elements: [bar("a", "Group 0", 3), bar("b", "Group 0", 4)] },
  ],
  [
    "bars in groups",
    `plt.bar([-0.2, 0.8], [1, 2], 0.4, label="x"); plt.bar([0.2, 1.2], [3, 4], 0.4); plt.xticks([0, 1], ["p", "q"])`,
    { elements: [bar("p", "x", 1), bar("q", "x", 2), bar("p", "Group 1", 3), bar("q", "Group 1", 4)] },
  ],
  [
    "bars named by numbers",
    `plt.bar(["2021", "2022"], [3, 4])`,
    { elements: [bar("2021", "Group 0", 3), bar("2022", "Group 0", 4)] },
  ],
  [
    "bars over dates",
    "plt.bar([datetime.date(2026, 1, 1), datetime.date(2026, 1, 2)], [3, 4])",
    { elements: [{ label: "2026-01-01T00:00:00+00:00" }, { label: "2026-01-02T00:00:00+00:00" }] },
  ],
  [
    "bars whose ticks are hidden",
    `figure, (up, down) = plt.subplots(2, 1, sharex=True); up.bar(["a", "b"], [3, 4]); down.plot([1, 2])`,
    { elements: [{ elements: [bar("a", "Group 0", 3), bar("b", "Group 0", 4)] }, { type: "line" }] },
  ],
  [
    "lines whose ticks are hidden",
    "plt.plot([1, 2, 3]); plt.xticks([])",
    { type: "line", x_scale: "linear", x_ticks: [] },
  ],
  [
    "gaps of pandas",
    "pandas.Series([1, None, 3]).plot()",
    { elements: [{ points: points([0, 1], [1, null], [2, 3]) }] },
  ],
  [
    "irregular dates of pandas",
    `pandas.Series([1, 2, 3], index=pandas.to_datetime(["2026-01-01", "2026-01-02", "2026-01-07"])).plot()`,
    {
      x_scale: "datetime",
      elements: [
        {
          points: points(["2026-01-01T00:00:00", 1]).concat([
            ["2026-01-02T00:00:00", 2],
            ["2026-01-07T00:00:00", 3],
          ]),
        },
      ],
    },
  ],
  [
    "three dimensions",
    `plt.figure().add_subplot(projection="3d").plot([1, 2], [3, 4], [5, 6])`,
    { type: "unknown" },
  ],
  [
    "a box whose whisker ends on it, with a mean",
    "plt.boxplot([1, 1, 2, 3, 4], showmeans=True)",
    { elements: [{ min: 1, first_quartile: 1, median: 2, third_quartile: 3, max: 4, outliers: [] }] },
  ],
  [
    "boxes without height",
    "plt.boxplot([[1, 1, 1, 1, 5], [1, 2, 3, 4, 5]], patch_artist=True)",
    { type: "box_and_whisker", elements: [{ median: 1, outliers: [5] }, { median: 3 }] },
  ],
  [
    "bars between ticks",
    "plt.hist([1, 1, 2], bins=2)",
    { elements: [bar("1.25", "Group 0", 2), bar("1.75", "Group 0", 1)] },
  ],
  [
    "a pie",
    `plt.pie([1, 1], labels=["a", "b"])`,
    {
      type: "pie",
      read_as: "PieChart",
      elements: [
        { label: "a", angle: 180, radius: 1 },
        { label: "b", angle: 180, radius: 1 },
      ],
    },
  ],
  [
    "boxes",
    `plt.boxplot([[1, 2, 3, 4, 5, 20], [2, 3, 4, 5, 6, 7]]); plt.xticks([1, 2], ["u", "v"])`,
    { type: "box_and_whisker", read_as: "BoxAndWhiskerChart", elements: [box("u"), { label: "v", max: 7 }] },
  ],
  [
    "boxes that lie and are filled",
    `plt.boxplot([[1, 2, 3, 4, 5, 20]], orientation="horizontal", patch_artist=True)`,
    { type: "box_and_whisker", elements: [box("1")] },
  ],
  [
    "several",
    `figure, (left, right) = plt.subplots(1, 2); figure.suptitle("both"); left.plot([1, 2]); right.bar(["x"], [2])`,
    {
      type: "superchart",
      read_as: "SuperChart",
      title: "both",
      elements: [{ type: "line" }, { type: "bar" }],
    },
  ],
  ["an image with its scale", "plt.imshow([[1, 2]]); plt.colorbar()", { type: "unknown", elements: [] }],
  ["nothing", "plt.subplots()", null],
  ["more than is told as data", "plt.plot(range(20_001))", null],
];

function points(...all: [x: number | string, y: number | null][]) {
  return all;
}

function bar(label: string, group: string, value: number) {
  return { label, group, value };
}

function box(label: string) {
  const quartiles = { first_quartile: 2.25, median: 3.5, third_quartile: 4.75 };
  return { label, min: 1, ...quartiles, max: 5, outliers: [20] };
}

/** Gives the charts of all figures, and as what E2B's client reads each. */
const PROGRAM = `
import datetime, io, json, sys, warnings
warnings.simplefilter("error")
import matplotlib; matplotlib.use("Agg")
import matplotlib.pyplot as plt, pandas
from e2b_code_interpreter.charts import _deserialize_chart
from forkd_python_formats import chart_text
def chart_of(code):
    exec(code)
    figure = plt.gcf(); figure.savefig(io.BytesIO(), format="png")
    chart = json.loads(chart_text(figure) or "null"); plt.close("all")
    return chart and {**chart, "read_as": type(_deserialize_chart(chart)).__name__}
print(json.dumps([chart_of(code) for code in json.load(sys.stdin)]))
`;

async function drawAll(packages: string): Promise<unknown[]> {
  const path = [join(ROOT, "guest/interpreters"), packages].join(":");
  const env = { ...process.env, PYTHONPATH: path, PYTHONDONTWRITEBYTECODE: "1", MPLCONFIGDIR: packages };
  const running = run(PYTHON, ["-c", PROGRAM], { env });
  running.child.stdin?.end(JSON.stringify(FIGURES.map(([, code]) => code)));
  return JSON.parse((await running).stdout) as unknown[];
}

const packages = await installFromPypi(PACKAGES);

describe.skipIf(packages === undefined)("a figure of matplotlib is a chart that E2B's client reads", () => {
  const drawing = packages === undefined ? undefined : drawAll(packages);
  test.each(FIGURES.map(([name, , chart], at) => ({ name, chart, at })))("$name", async ({ chart, at }) => {
    const charts = (await drawing) ?? [];
    expect({ chart: charts[at] }).toMatchObject({ chart });
  });
});
