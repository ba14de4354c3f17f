import { imageRecipeSchema } from "@forkd/contract";
import { expect, test } from "vitest";
import { createBuildArguments } from "./build-arguments.ts";

const plan = {
  sources: ["deb http://mirror bookworm main"],
  aptSettings: ['Acquire::http::Proxy "http://proxy:3128";'],
  root: "/work/root",
  debs: { known: "/cache/it's", used: "/work/debs" },
};

test("installs the recipe's packages without what is only recommended", () => {
  const recipe = imageRecipeSchema.parse({ suite: "trixie", packages: ["python3-numpy", "nodejs"] });
  const args = createBuildArguments({ ...plan, recipe });
  expect(args).toContain("--variant=minbase");
  expect(args).toContain("--include=python3-numpy,nodejs");
  expect(args).toContain("--aptopt=APT::Install-Recommends false;");
  expect(args).toContain('--aptopt=Acquire::http::Proxy "http://proxy:3128";');
  expect(args.slice(-3)).toEqual(["trixie", "/work/root", "deb http://mirror bookworm main"]);
});

test("resolves the packages before anything is downloaded, by an index that is read for that", () => {
  const args = createBuildArguments({ ...plan, recipe: imageRecipeSchema.parse({ packages: ["jq"] }) });
  const hook = args.find((arg) => arg.includes("FORKD-STEP resolve"));
  expect(hook).toMatch(/^--setup-hook=.* update .*&& apt-get --simulate .* install jq/);
});

test("copies packages out before the recipe's files and script run in the root", () => {
  const files = [{ path: "/a", content_base64: "" }];
  const args = createBuildArguments({ ...plan, recipe: imageRecipeSchema.parse({ files, script: "true" }) });
  const hooks = args.filter((arg) => arg.startsWith("--customize-hook="));
  expect(hooks.map((hook) => /sync-out|FORKD-STEP \w+/.exec(hook)?.[0])).toEqual([
    "sync-out",
    "FORKD-STEP files",
    "FORKD-STEP script",
    "FORKD-STEP finish",
  ]);
});

test("quotes paths of special hooks for the words that mmdebstrap splits them into", () => {
  const args = createBuildArguments({ ...plan, recipe: imageRecipeSchema.parse({}) });
  expect(args).toContain(`--setup-hook=sync-in '/cache/it'\\''s' /var/cache/apt/archives`);
});

test("leaves a recipe's own hosts file alone", () => {
  const files = [{ path: "/etc/hosts", content_base64: "" }];
  const finish = createBuildArguments({ ...plan, recipe: imageRecipeSchema.parse({ files }) }).at(-4);
  expect(finish).not.toContain("/etc/hosts");
  expect(finish).toContain("> /etc/hostname");
});
