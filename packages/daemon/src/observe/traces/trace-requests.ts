import type { IncomingMessage } from "node:http";
import { callerIfAny } from "../../http/requests/callers.ts";
import { requestIdOf } from "../../http/requests/request-id.ts";
import type { TracedServing } from "../../http/requests/traced-serving.ts";
import { endScope, markFailed } from "./spans.ts";
import type { Scope, Spans } from "./spans.ts";
import { readTraceParent } from "./trace-parent.ts";

/** Requests as the roots of what is done for them. One for which nothing was done that is told of is not told of. */
export function traceRequests(spans: Spans): TracedServing {
  const scopes = new WeakMap<IncomingMessage, Scope>();
  return {
    serve(request, serve) {
      // Whoever has no token could have others' traces grow by what they send.
      const isTrusted = (callerIfAny(request)?.scope ?? "none") !== "none";
      const parent = isTrusted ? readTraceParent(request.headers["traceparent"]) : undefined;
      const scope = spans.beginRequest(parent);
      scopes.set(request, scope);
      spans.run(scope, serve);
    },
    watch({ request, method, route, status, code }) {
      const scope = scopes.get(request);
      if (scope === undefined) return;
      if (!scope.isUsed) {
        scope.isOpen = false;
        return;
      }
      const { span } = scope;
      span.updateName(route === undefined ? method : `${method} ${route}`);
      span.setAttributes({
        "http.request.method": method,
        "http.response.status_code": status,
        "forkd.request_id": requestIdOf(request),
        ...(route !== undefined && { "http.route": route }),
        ...(code !== undefined && { "error.type": code }),
      });
      if (status >= 500) markFailed(span, code ?? String(status));
      endScope(scope);
    },
  };
}
