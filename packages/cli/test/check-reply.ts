import { ROUTES, execEventSchema, progressStreamSchema, wireErrorSchema } from "@forkd/contract";
import type { Route } from "@forkd/contract";

/** Throws when the daemon could not have answered a request so: the contract has another body for it. */
export function checkJson(request: string, status: number, body: unknown): void {
  const schema = status >= 400 ? wireErrorSchema : findRoute(request)?.response;
  if (schema === undefined) throw new Error(`no route answers ${request} with JSON`);
  requireValid(`${status} to ${request}`, () => schema.parse(body));
}

/** As {@link checkJson}, for an answer of lines. */
export function checkLines(request: string, lines: readonly unknown[]): void {
  const route = findRoute(request);
  requireValid(`lines to ${request}`, () => lines.forEach((line) => parseLine(route, line)));
}

function parseLine(route: Route | undefined, line: unknown): void {
  if (route?.reply === "lines") route.response?.parse(line);
  else if (route?.reply === "exec") execEventSchema.parse(line);
  else if (route?.reply === "progress") {
    const event = progressStreamSchema.parse(line);
    if (event.type === "result") route.response?.parse(event.result);
  } else throw new Error("it is not answered in lines");
}

/** The route of `GET /v1/jobs?x`. */
function findRoute(request: string): Route | undefined {
  const [method, path = ""] = request.split("?")[0]?.split(" ") ?? [];
  const segments = path.split("/");
  const routes: Route[] = Object.values(ROUTES);
  return routes.find((route) => {
    const pattern = route.path.split("/");
    return (
      route.method === method &&
      pattern.length === segments.length &&
      pattern.every((part, index) => part.startsWith(":") || part === segments[index])
    );
  });
}

function requireValid(what: string, parse: () => unknown): void {
  try {
    parse();
  } catch (cause) {
    throw new Error(`a test answers what no daemon does: ${what}`, { cause });
  }
}
