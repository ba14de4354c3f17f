import { expect, test } from "vitest";
import { forkd } from "../test/run-forkd.ts";

/** Where no daemon is, so that what was understood is told apart from what was not. */
const NOWHERE = "http://127.0.0.1:1";

/** What people type who come from docker, kubectl, gh, E2B's and microsandbox's tools. */
const TAKEN = [
  "ps -a",
  "ps -aq",
  "ps -f status=running",
  "images -f id=x",
  "inspect -f {{.ID}} web",
  "rmi -f py",
  "ps --filter status=running --format json",
  "images",
  "images -q",
  "run --rm -it py -- bash",
  "run -d py -- sleep 60",
  "run --name web -p 8080 py -- python3 -m http.server",
  "exec -it web bash",
  "exec -it web -- bash",
  "exec -dit web -- bash",
  "exec -u nobody -w /tmp -e A=b web -- env",
  "attach -it web 12",
  "logs -f web",
  "logs --tail 10 web",
  "cp web:/etc/hostname .",
  "kill web",
  "rename web front",
  "inspect web",
  "stats",
  "stats --no-stream web",
  "top web",
  "port web",
  "pause web",
  "rmi py",
  "pull ghcr.io/x/y:z",
  "push py ghcr.io/x/y:z",
  "events",
  "events --since 1h",
  "wait web",
  "ls",
  "shell web",
];

/** The same, where it is another verb here, and what they are told to type. */
const TOLD: readonly (readonly [typed: string, hint: string])[] = [
  ["kill -s SIGTERM web", "kill ends sandboxes; a signal to a command in one: forkd signal ID PID SIGNAL"],
  ["rm web", "a sandbox: forkd kill ID; a snapshot: forkd rmi TAG; an image: forkd image rm NAME"],
  ["stop web", "stop ends the daemon; a sandbox: forkd kill ID, or forkd pause ID"],
  ["start web", "a sandbox: forkd fork TAG; the daemon: forkd daemon start"],
  ["restart web", "end it and fork another: forkd kill ID, forkd fork TAG"],
  ["unpause web", "forkd resume ID"],
  ["commit web tag", "forkd branch ID TAG"],
  ["save py", "forkd pack TAG"],
  ["load file", "forkd unpack FILE"],
  ["tag a b", "a branch has a tag: forkd branch ID TAG"],
  ["build -t x .", "forkd image build NAME"],
  ["history py", "forkd tree, forkd events"],
  ["info", "forkd doctor, forkd capabilities, forkd daemon status"],
  ["login", "forkd shell ID; a registry: FORKD_REGISTRY_USER and FORKD_REGISTRY_PASSWORD"],
  ["system prune", "forkd doctor, forkd gc, forkd daemon status"],
  ["network ls", "of a sandbox: forkd fork TAG --network netns; namespaces of the host: forkd netns list"],
  ["volume ls", "there are none: forkd cp copies, and a branch keeps a disk"],
  ["diff web", "of two snapshots: forkd snapshot-diff; of a sandbox: forkd branch ID --diff"],
  ["container ls", "a sandbox: forkd ps, forkd kill, forkd exec"],
  ["update --memory 512m web", "forkd update --help; forkd modify changes limits"],
  [
    "get sandboxes",
    "sandboxes: forkd ps; one of them: forkd inspect ID; snapshots: forkd images --snapshots",
  ],
  ["describe web", "forkd inspect NAME"],
  ["exec -it web -c main -- bash", "put -- before the command of the guest; see forkd exec --help"],
  ["port-forward web 8080:80", "forkd port forward ID LOCAL:PORT"],
  ["delete web", "a sandbox: forkd kill ID; a snapshot: forkd rmi TAG; an image: forkd image rm NAME"],
  ["label web a=b", "forkd update ID --label KEY=VALUE"],
  ["create py", "a snapshot: forkd snapshot TAG --image IMAGE; a sandbox: forkd fork TAG"],
  ["sandbox list", "forkd ps, forkd fork, forkd kill"],
  ["sandbox create py", "forkd ps, forkd fork, forkd kill"],
  ["template list", "forkd image build, forkd snapshot, forkd images"],
  ["auth login", "a daemon's token: forkd context create NAME --url URL --token-file FILE"],
  ["list", "forkd ps"],
  ["ssh web", "forkd shell ID"],
  ["connect web", "forkd shell ID; what exec started: forkd attach ID PID"],
  ["snapshots", "forkd images --snapshots"],
  ["status", "forkd daemon status"],
];

test.each(TAKEN)("%s is understood", async (typed) => {
  const { stderr } = await forkd(NOWHERE, ...typed.split(" "));
  expect(stderr).toContain("why: daemon_unreachable");
});

test.each(TOLD)("%s is answered with what does it", async (typed, hint) => {
  const { stderr, status } = await forkd(NOWHERE, ...typed.split(" "));
  expect(stderr).toContain(`  try: ${hint}\n`);
  expect(status).toBe(2);
});
