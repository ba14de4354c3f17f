import { expect, test } from "vitest";
import { renderPythonModels } from "./models.ts";
import { renderPythonRequests } from "./requests.ts";
import { toSync } from "./sync-modules.ts";

const EVENT = {
  anyOf: [
    { type: "object", properties: { type: { const: "a" }, at: { type: "integer" } }, required: ["type", "at"] },
    { type: "object", properties: { type: { const: "b" }, from: { type: "string" } }, required: ["type"] },
  ],
};

test("a choice between objects is one class with the fields of all", () => {
  const named = new Map([["Event", EVENT]]);
  const text = renderPythonModels([{ $ref: "Event" }], named);
  expect(text).toContain('class Event(Model):\n    type: Literal["a", "b"]\n    at: int | None\n');
  expect(text).toContain('_names = frozenset(["type", "at", "from"])');
});

test("an object without a name has that of its field, and is made of what the field holds", () => {
  const died = { anyOf: [{ type: "object", properties: { why: { type: "string" } } }, { type: "null" }] };
  const named = new Map([["Info", { type: "object", properties: { died }, required: ["died"] }]]);
  const text = renderPythonModels([{ $ref: "Info" }], named);
  expect(text).toContain("class InfoDied(Model):\n    why: str | None\n");
  expect(text).toContain('    died: InfoDied | None\n\n    _names = frozenset(["died"])\n    _parts = {"died": "InfoDied"}');
});

test("what must be said is apart from what may be said", () => {
  const properties = { args: { type: "array", items: { type: "string" } }, env: { type: "string", description: 'a "b"' } };
  const body = { type: "object", properties, required: ["args"] };
  const text = renderPythonRequests([{ $ref: "ExecRequest" }], [], new Map([["ExecRequest", body]]));
  expect(text).toContain('class ExecOptions(TypedDict, total=False):\n    """What may be said besides: ExecRequest."""\n');
  expect(text).toContain('    env: str\n    """a "b" """\n');
  expect(text).toContain("class ExecRequest(ExecOptions, total=False):\n    args: Required[Sequence[str]]\n");
});

test("a module of the client that blocks is that of the other without what waits", () => {
  const text = "async with AsyncStream(x) as s:\n    async for a in s:\n        await self.aclose()\n@asynccontextmanager\n";
  expect(toSync(text)).toBe("with Stream(x) as s:\n    for a in s:\n        self.close()\n@contextmanager\n");
  expect(toSync("from .._async.io import settle  # asyncio, awaited")).toBe(
    "from .._sync.io import settle  # asyncio, awaited",
  );
});
