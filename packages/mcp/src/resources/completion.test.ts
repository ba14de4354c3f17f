import { expect, test } from "vitest";
import { answerJson, serveHttp } from "../../../sdk/test/http-fixture.ts";
import { connect } from "../../test/connect.ts";
import { ID, sandboxReply } from "../../test/replies.ts";
import { RESOURCES } from "./templates.ts";

test.each(RESOURCES.map(({ uri }) => uri))("in %s, ids and names of sandboxes are completed", async (uri) => {
  const sandboxes = [sandboxReply({ name: "web" }), sandboxReply({ name: "worker" })];
  await using daemon = await serveHttp("unix", (_, response) => answerJson(response, 200, sandboxes));
  await using connected = await connect(daemon.url);
  const complete = async (value: string) => {
    const asked = { ref: { type: "ref/resource", uri } as const, argument: { name: "id", value } };
    return (await connected.client.complete(asked)).completion.values;
  };
  expect(await complete("w")).toEqual(["web", "worker"]);
  expect(await complete("wo")).toEqual(["worker"]);
  expect(await complete(ID.slice(0, 5))).toContain(ID);
  expect(await complete("none")).toEqual([]);
});
