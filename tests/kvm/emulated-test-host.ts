import { spawnSync } from "node:child_process";
import { BUILD } from "../harness/programs.ts";
import { THIS_HOST } from "../harness/this-host.ts";
import { setClock } from "./set-clock.ts";
import type { HostProcess } from "../harness/processes.ts";
import type { DaemonPlan, HostedDaemon, TestHost } from "../harness/hosted-daemon.ts";

/** Where the project lies on the emulated host. */
const PLACE = "/srv/forkd";
const COMMAND_TIMEOUT_MS = 120_000;
const ATTEMPTS = 3;
/** What is printed when a script has come to its end. */
const END = "-- end --";

/** The ports of this host that lead to the emulated one: one for commands, and one for each of its daemons. */
export interface EmulatedHostPorts {
  readonly control: number;
  readonly daemons: readonly number[];
}

/** Where a daemon there has its socket and its pid. */
export function slotDirectory(slot: number): string {
  return `/run/forkd-test/${slot}`;
}

/** The emulated host that the environment names. */
export const EMULATED_HOST = process.env["FORKD_TEST_HOST"]
  ? openEmulatedHost(JSON.parse(process.env["FORKD_TEST_HOST"]) as EmulatedHostPorts)
  : undefined;

export function openEmulatedHost(ports: EmulatedHostPorts): TestHost {
  const run = (script: string): string => runOnEmulatedHost(ports.control, script);
  return {
    // The guest's boot files are known by where they lie, so they lie at the same place there.
    cacheDir: THIS_HOST.cacheDir,
    startTimeoutMs: 480_000,
    isSlow: true,
    placeDaemon: (plan) => placeDaemon(run, ports, plan),
    readLog: (dataDir) => run(`tail -c 2000 ${dataDir}/daemon.log`),
    list: (path) => run(`ls -A ${path} 2>/dev/null`).split("\n").filter(Boolean),
    listProcesses: () => parseProcesses(run(LIST_PROCESSES)),
    isAlive: (pid) => run(`test -e /proc/${pid} && echo yes`) !== "",
    kill: (pid) => void run(`kill -9 ${pid}`),
  };
}

/**
 * Runs a shell script there, and gives what it printed. A connection that is lost on the way is tried again, so a script
 * must bear to be run twice. Throws when it does not end.
 */
export function runOnEmulatedHost(port: number, script: string, timeoutMs = COMMAND_TIMEOUT_MS): string {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const output = talk(port, `${script}\necho ${END}\nexit\n`, timeoutMs);
    if (output.endsWith(END)) return output.slice(0, -END.length).trim();
  }
  throw new Error(`the emulated host does not answer on port ${port}`);
}

function talk(port: number, input: string, timeoutMs: number): string {
  const talk = `exec 3<>/dev/tcp/127.0.0.1/${port} && cat >&3 && cat <&3`;
  const { stdout, error } = spawnSync("bash", ["-c", talk], { input, encoding: "utf8", timeout: timeoutMs });
  if (error !== undefined) throw error;
  return stdout.trimEnd();
}

type Run = (script: string) => string;

/** A daemon there takes 20 s to start, so the ordinary one goes on from one file of tests to the next. */
function placeDaemon(
  run: Run,
  ports: EmulatedHostPorts,
  { env, dataDir, isOrdinary }: DaemonPlan,
): HostedDaemon {
  const slot = isOrdinary ? 0 : takeSlot(run, ports.daemons.length);
  const place = slotDirectory(slot);
  const log = `</dev/null >>${dataDir}/daemon.log 2>&1`;
  const readPid = (): number | undefined => Number(run(`cat ${place}/pid 2>/dev/null`)) || undefined;
  const isAlive = (): boolean => run(`kill -0 $(cat ${place}/pid) 2>/dev/null && echo yes`) !== "";
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    run(`p=$(cat ${place}/pid) && kill -s ${signal.slice(3)} $p; tail --pid=$p -f /dev/null`);
  };
  return {
    baseUrl: `http://127.0.0.1:${ports.daemons[slot]}`,
    get pid() {
      return readPid();
    },
    async start(more) {
      await setClock(ports.control);
      const settings = { ...env, FORKD_SOCKET: `${place}/socket`, ...more };
      const words = Object.entries(settings).map(([name, value]) => `${name}='${value}'`);
      const serve = `${words.join(" ")} setsid node ${BUILD}/daemon.js serve`;
      const start = `mkdir -p ${dataDir}; cd ${PLACE}; ${serve} ${log} & echo $! > ${place}/pid`;
      run(`kill -0 $(cat ${place}/pid) 2>/dev/null || { ${start}; }`);
    },
    hasEnded: () => !isAlive(),
    end,
    async leave() {
      if (isOrdinary) return;
      await end("SIGTERM");
      run(`rmdir ${place}.taken`);
    },
  };
}

/** Finds a port that no daemon has; the first is the ordinary one's. */
function takeSlot(run: Run, count: number): number {
  const directories = Array.from({ length: count - 1 }, (_, index) => slotDirectory(index + 1));
  const taken = run(
    `for d in ${directories.join(" ")}; do mkdir $d.taken 2>/dev/null && echo $d && break; done`,
  );
  if (taken === "")
    throw new Error(`${count} daemons run on the emulated host, and it has ports for no more`);
  return directories.indexOf(taken) + 1;
}

const LIST_PROCESSES = `for p in /proc/[0-9]*; do
  mapfile -d '' -t words < $p/cmdline && [ "\${#words[@]}" != 0 ] &&
    log=$(readlink $p/fd/1) &&
    printf '%s\\t%s\\t%s\\n' "\${p#/proc/}" "\${log%/*}" "\${words[*]}"
done 2>/dev/null`;

function parseProcesses(text: string): HostProcess[] {
  return text.split("\n").map((line) => {
    const [pid, directory = "", commandLine = ""] = line.split("\t");
    return { pid: Number(pid), directory, commandLine };
  });
}
