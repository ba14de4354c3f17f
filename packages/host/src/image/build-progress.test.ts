import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { BuildProgress } from "./build-progress.ts";

test("names the step, and counts packages of the total that apt announced", async () => {
  const told: { step: string; message: string; done?: number | undefined }[] = [];
  const progress = new BuildProgress((step) => told.push(step));
  progress.read("Get:1 http://deb.debian.org/debian bookworm InRelease [151 kB]");
  progress.read("I: installing remaining packages inside the chroot...");
  progress.read("0 upgraded, 55 newly installed, 0 to remove and 0 not upgraded.");
  progress.read("Get:1 http://deb.debian.org/debian bookworm/main amd64 libpython3-stdlib");
  await setTimeout(260);
  progress.read("Get:2 http://deb.debian.org/debian bookworm/main amd64 python3");
  expect(told).toEqual([
    { step: "packages", message: "installing the packages" },
    { step: "packages", message: "downloading 2 of 55 packages", done: 2, total: 55 },
  ]);
});

test("tells at most four times a second within a step, but each new step at once", () => {
  const told: string[] = [];
  const progress = new BuildProgress(({ message }) => told.push(message));
  progress.read("I: installing essential packages...");
  for (let index = 0; index < 1000; index++) progress.read(`Unpacking package${index} (1.0) ...`);
  progress.read("FORKD-STEP script");
  expect(told).toEqual(["installing the base packages", "running the script"]);
  expect(progress.step).toBe("script");
});

test("takes no line of a script for progress of packages", async () => {
  const told: string[] = [];
  const progress = new BuildProgress(({ message }) => told.push(message));
  progress.read("FORKD-STEP script");
  await setTimeout(260);
  progress.read("Getting things done");
  progress.read("Settings were changed");
  expect(told).toEqual(["running the script"]);
});
