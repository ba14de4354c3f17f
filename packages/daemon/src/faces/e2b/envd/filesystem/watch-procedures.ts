import type { SandboxId } from "@forkd/contract";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Services } from "../../../../services.ts";
import type { Filesystem, WatchDirResponseSchema } from "../../wire/filesystem.gen.js";
import { callOf } from "../rpc-call.ts";
import type { EnvdCall } from "../envd-call.ts";
import { withKeepAlive } from "../../../../http/replies/keep-alive.ts";
import { KEEP_ALIVE_FIELD, keepAliveMs } from "../../keep-alive.ts";
import { resolvePlace } from "../places/resolve-place.ts";
import { watchEvents } from "./watch-events.ts";
import type { FileEvent, WatchOrder } from "./watch-events.ts";
import { Watchers } from "./watchers.ts";

type WatchProcedures = Pick<
  ServiceImpl<typeof Filesystem>,
  "watchDir" | "createWatcher" | "getWatcherEvents" | "removeWatcher"
>;
type Answer = MessageInitShape<typeof WatchDirResponseSchema>;

const START: Answer = { event: { case: "start", value: {} } };
const KEEP_ALIVE: Answer = { event: { case: "keepalive", value: {} } };

/** What happens below a directory: told as it happens, or kept until it is asked for. */
export function createWatchProcedures({ operations, registry }: Services): WatchProcedures {
  const watchers = new Watchers((id) => registry.has(id));

  const idOf = ({ id, caller }: EnvdCall): SandboxId => registry.resolve(id, caller.tenant);

  async function* watch(call: EnvdCall, order: WatchOrder): AsyncGenerator<"opened" | FileEvent> {
    const path = await resolvePlace(operations, call, order.path);
    yield* watchEvents(operations, call, { ...order, path });
  }

  return {
    async *watchDir(request, context) {
      const answers = toAnswers(watch(callOf(context), request));
      yield* withKeepAlive(answers, KEEP_ALIVE, keepAliveMs(context.requestHeader.get(KEEP_ALIVE_FIELD)));
    },

    async createWatcher(request, context) {
      const call = callOf(context);
      const { id, watcher } = watchers.add(idOf(call));
      try {
        await watcher.begin((signal) => watch({ ...call, signal }, request), call);
      } catch (error) {
        watchers.remove(idOf(call), id);
        throw error;
      }
      return { watcherId: id };
    },

    async getWatcherEvents({ watcherId }, context) {
      const call = callOf(context);
      await operations.describeSandbox(call.caller, { id: call.id }, call);
      return { events: watchers.get(idOf(call), watcherId).take() };
    },

    async removeWatcher({ watcherId }, context) {
      const call = callOf(context);
      await operations.describeSandbox(call.caller, { id: call.id }, call);
      watchers.remove(idOf(call), watcherId);
      return {};
    },
  };
}

async function* toAnswers(news: AsyncIterable<"opened" | FileEvent>): AsyncGenerator<Answer> {
  for await (const event of news)
    yield event === "opened" ? START : { event: { case: "filesystem", value: event } };
}
