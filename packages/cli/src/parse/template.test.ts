import { expect, test } from "vitest";
import { findField, parseTemplate } from "./template.ts";

const ROW = { id: "sb_1", snapshot_tag: "py", name: null, labels: { team: "shop" }, pid: 7 };

test.each([
  ["{{.ID}}\\t{{.SnapshotTag}}", "sb_1\tpy"],
  ["{{ .snapshot_tag }} {{.Pid}}!", "py 7!"],
  ["[{{.Name}}]", "[]"],
  ["{{.Image}}{{.Names}}", "py"],
  ["{{.Labels.team}} {{json .Labels}}", 'shop {"team":"shop"}'],
  ["{{json .}}", JSON.stringify(ROW)],
  ["json", JSON.stringify(ROW)],
  ["no field", "no field"],
])("%s is written so", (template, text) => expect(parseTemplate(template).render(ROW)).toBe(text));

test.each(["{{.ID", "{{range .}}x{{end}}", "{{ID}}"])("%s is no template", (template) =>
  expect(() => parseTemplate(template)).toThrow("fields such as"),
);

test("a field that is not there is told with those that are", () => {
  expect(() => parseTemplate("{{.Nope}}").render(ROW)).toThrow("there are id, snapshot_tag, name");
});

test("what every object inherits is no field", () => {
  expect(() => findField(ROW, "toString")).toThrow("There is no field toString");
  expect(() => findField(ROW, "__proto__")).toThrow("There is no field __proto__");
});
