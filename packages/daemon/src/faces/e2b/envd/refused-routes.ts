import { explainRefusal, refusal } from "../refusals/refusal.ts";
import type { EnvdRoute, EnvdRoutes } from "./envd-call.ts";

const OF_MACHINES = {
  sdk: "(E2B's own machines)",
  why: "sandboxes are set up and put to rest by the daemon",
  instead: "create or pause it by the control plane",
};
const OF_COMPOSITION = {
  sdk: "(files of parts)",
  why: "a file is written whole, by one request",
  instead: "write it with files.write",
};

/** What E2B's agents are asked for and ours is not. */
const REFUSED_PATHS = [
  ...["/init", "/freeze", "/unfreeze", "/fsfreeze", "/fsthaw", "/collapse"].map((path) => ({
    path,
    ...OF_MACHINES,
  })),
  { path: "/files/compose", ...OF_COMPOSITION },
];

/** They are refused by name: nothing that is asked for is only said to be done. */
export const REFUSED_ROUTES: EnvdRoutes = Object.fromEntries(
  REFUSED_PATHS.map(({ path, why, instead }): [string, EnvdRoute] => [
    `POST ${path}`,
    () => Promise.reject(refusal({ option: path, why, instead })),
  ]),
);

/** As the page of the reference has them. */
export const REFUSED_INNER_CALLS = REFUSED_PATHS.map(({ path, sdk, ...row }) => ({
  call: `POST ${path}`,
  sdk,
  refused: explainRefusal(row),
}));
