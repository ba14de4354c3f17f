import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { renderManPage } from "./man-page.ts";

const HELPS = {
  fork: ["Usage: forkd fork|spawn", "", ".hidden 'quoted' \\n --all"],
  spawn: ["Usage: forkd fork|spawn", "", ".hidden 'quoted' \\n --all"],
  ps: ["Usage: forkd ps"],
};

const page = renderManPage("Usage: forkd <verb>\n\nWhat it is.\n", HELPS, "1.2.3");

test("a verb has one section, by its name", () => {
  expect(page.match(/^\.SS .*$/gm)).toEqual([".SS forkd fork", ".SS forkd ps"]);
});

const groff = spawnSync("groff", ["-man", "-Tascii", "-ww", "-P-cbou"], { input: page, encoding: "utf8" });

test.skipIf(groff.error)(
  "groff shows the text as it is, without a warning (left out where there is none)",
  () => {
    expect(groff.stderr).toBe("");
    expect(groff.stdout).toContain(".hidden 'quoted' \\n --all\n");
    expect(groff.stdout).toContain("What it is.\n");
  },
);
