import { expect, test } from "vitest";
import type { z } from "zod";
import { ForkdError } from "../errors/forkd-error.ts";
import { execRequestSchema } from "../schemas/guest.ts";
import { imageBuildRequestSchema } from "../schemas/image.ts";
import { pullRequestSchema } from "../schemas/pack.ts";
import { sandboxRequestSchema, sandboxUpdateSchema } from "../schemas/sandbox.ts";
import { describeIssues } from "./describe-issues.ts";

function explain(schema: z.ZodType, value: unknown): string {
  const parsed = schema.safeParse(value);
  if (parsed.success) throw new Error("it is valid");
  const issues = describeIssues(schema, value, parsed.error.issues);
  return new ForkdError("invalid_request", { issues }).message.replace("the request is not valid: ", "");
}

const fork = (fields: object): string => explain(sandboxRequestSchema, { snapshot_tag: "py", ...fields });

test.each([
  [fork({ n: 5000 }), "n must be from 1 to 1000, and is 5000"],
  [fork({ n: 0 }), "n must be from 1 to 1000, and is 0"],
  [fork({ n: 1.5 }), "n must be a whole number, and is 1.5"],
  [fork({ n: "3" }), 'n must be a number, and is "3"'],
  [fork({ n: null }), "n must be a number, and is null"],
  [fork({ ttl_secs: 1e9 }), "ttl_secs must be above 0 and at most 315360000, and is 1000000000"],
  [fork({ memory_limit_mib: 0 }), "memory_limit_mib must be from 1 to 1048576, and is 0"],
  [fork({ on_failure: "explode" }), 'on_failure must be undo or keep, and is "explode"'],
  [fork({ oops: 1 }), "there is no field oops here"],
  [fork({ children: [{ hat: 1 }] }), "children.0 has no field hat"],
  [fork({ n: 1, children: [{}, {}] }), "children has more entries than n"],
  [explain(sandboxRequestSchema, {}), "snapshot_tag is missing"],
  [explain(sandboxUpdateSchema, {}), "there is nothing to change"],
  [fork({ env: { A: 1 } }), "env.A must be text, and is a number"],
  [fork({ env: { "A B": "" } }), "env.A B is not a name of an environment variable"],
  [explain(execRequestSchema, { args: [] }), "args must name a command"],
  [explain(pullRequestSchema, { source: "x", index: "nope" }), 'index must be a URL, and is "nope"'],
])("%s", (said, expected) => expect(said).toBe(expected));

test("what is wrong with a name is said with it, and secrets are not", () => {
  const recipe = { packages: ["Not A Package"] };
  expect(explain(imageBuildRequestSchema, { name: "x", recipe })).toBe(
    'recipe.packages.0 is not a package name, and is "Not A Package"',
  );
  const credentials = { username: "me", password: "secret", token: "t" };
  expect(explain(pullRequestSchema, { source: "x", credentials })).not.toContain("secret");
});
