import { describe, expect, it } from "vitest";
import { calm, connectAgent, failureOf } from "../../test/dial.ts";
import {
  EVALUATED as result,
  EXIT_FRAME,
  START_FRAME,
  startScriptedAgent,
} from "../../test/scripted-agent.ts";
import type { ScriptedAgent } from "../../test/scripted-agent.ts";
import { createGuestConnector } from "../index.ts";

interface Request {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Reply {
  readonly status?: number;
  readonly body: object | Buffer;
}

type Answers = Record<string, Reply>;

const interpreter = (state: string, pid: number): object => ({ state, pid, version: "1" });
const health = (python: object, node: object): Reply => ({
  body: {
    protocol: 1,
    agent_version: "1",
    pid: 1,
    uptime_ms: 1,
    realtime_ns: "1",
    kernels: { python, node },
  },
});

const ANSWERS: Answers = {
  "/fork": { body: { realtime_ns: "1", reseeded: ["kernel"], hooks: [] } },
  "/exec": { body: Buffer.concat([START_FRAME, EXIT_FRAME]) },
  "/health": health(interpreter("ready", 7), interpreter("busy", 8)),
  "/kernels/python/eval": { body: result },
  "/sync": { body: {} },
};

/** Answers as `answers` say, and keeps what it was asked. */
async function startAnswering(answers: Answers): Promise<{ agent: ScriptedAgent; requests: Request[] }> {
  const requests: Request[] = [];
  const agent = await startScriptedAgent(async (stream, headers) => {
    const path = String(headers[":path"]);
    let text = "";
    for await (const chunk of stream) text += String(chunk);
    requests.push({ path, body: JSON.parse(text || "{}") as Request["body"] });
    const { status = 200, body } = answers[path] ?? {
      status: 404,
      body: { code: "not_found", message: path },
    };
    stream.respond({ ":status": status });
    stream.end(Buffer.isBuffer(body) ? body : JSON.stringify(body));
  });
  return { agent, requests };
}

/** What a rehearsal asks of an agent, and how it fails. */
async function rehearse(answers: Answers): Promise<{ failure: { code: string }; requests: Request[] }> {
  const { agent: answering, requests } = await startAnswering(answers);
  await using _answering = answering;
  await using agent = await connectAgent(answering);
  return { failure: await failureOf(agent.rehearse(calm)), requests };
}

const refusal = (status: number, code: string): Reply => ({ status, body: { code, message: "not so" } });

describe("a rehearsal", () => {
  it("sends its fork in one piece with the resync line, as a fork does", async () => {
    const { agent: answering } = await startAnswering(ANSWERS);
    await using _answering = answering;
    await using _agent = await createGuestConnector().connectAndRehearse(await answering.dial(), calm);
    expect(answering.openings[0]?.toString("latin1")).toContain('{"rehearsal":true,');
  });

  it("leaves nothing that counts: no identity, no listed command, no counted call, no write to the disk", async () => {
    const { failure, requests } = await rehearse(ANSWERS);
    expect(failure.code).toBe("none");
    const bodiesOf = (path: string): unknown[] =>
      requests.filter((request) => request.path === path).map(({ body }) => body);
    expect(bodiesOf("/fork")).toMatchObject([{ rehearsal: true, sandbox_id: "" }]);
    expect(bodiesOf("/exec")).toMatchObject([{ listed: false }]);
    for (const body of bodiesOf("/kernels/python/eval")) expect(body).toMatchObject({ rehearsal: true });
    expect(bodiesOf("/kernels/python/eval").length).toBeGreaterThan(5);
    expect(requests.at(-1)).toEqual({ path: "/sync", body: { disk: false } });
  });

  it("asks nothing of an interpreter that is not ready", async () => {
    const { requests } = await rehearse(ANSWERS);
    expect(requests.map(({ path }) => path)).not.toContain("/kernels/node/eval");
  });

  it("does without a shell where there is none, and fails when it cannot run for another reason", async () => {
    const missing = await rehearse({ ...ANSWERS, "/exec": refusal(422, "command_not_found") });
    expect(missing.failure.code).toBe("none");
    const refused = await rehearse({ ...ANSWERS, "/exec": refusal(500, "internal") });
    expect(refused.failure.code).toBe("guest_refused");
  });

  it("is not troubled by an error of what it evaluates", async () => {
    const body = { ...result, error: "NameError: x", error_name: "NameError" };
    expect((await rehearse({ ...ANSWERS, "/kernels/python/eval": { body } })).failure.code).toBe("none");
  });

  it.each([
    [
      "an interpreter had to be interrupted",
      { "/kernels/python/eval": { body: { ...result, timed_out: true } } },
      "agent_timeout",
    ],
    ["the agent knows no rehearsals", { "/fork": refusal(400, "bad_request") }, "guest_refused"],
  ])("fails when %s", async (_what, answers, code) => {
    expect((await rehearse({ ...ANSWERS, ...answers })).failure).toMatchObject({ code });
  });

  it("fails when an interpreter ended, and its state with it", async () => {
    let asked = 0;
    const answers = {
      ...ANSWERS,
      get "/health"() {
        asked += 1;
        return health(interpreter("ready", asked), interpreter("idle", 8));
      },
    };
    expect((await rehearse(answers)).failure).toMatchObject({ code: "interpreter_unavailable" });
  });
});
