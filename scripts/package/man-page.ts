import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Writes the pages of a staged package below `man/`: `forkd.1`, of what its help says, and the other programs' names of it. */
export async function writeManPages(stage: string, version: string): Promise<void> {
  const { stdout: overview } = await run(process.execPath, [join(stage, "bin/forkd"), "--help"]);
  const helps = JSON.parse(
    await readFile(join(stage, "packages/cli/src/help/helps.gen.json"), "utf8"),
  ) as Record<string, readonly string[]>;
  const directory = join(stage, "man");
  await mkdir(directory);
  await writeFile(join(directory, "forkd.1"), renderManPage(overview, helps, version));
  for (const name of ["forkd-controller", "forkd-mcp"]) {
    await writeFile(join(directory, `${name}.1`), ".so man1/forkd.1\n");
  }
}

/** A page for man(7). A verb has one section, also where it has an alias. */
export function renderManPage(
  overview: string,
  helps: Readonly<Record<string, readonly string[]>>,
  version: string,
): string {
  const [, ...told] = overview.trim().split("\n");
  const pages = new Map(
    Object.entries(helps)
      .toReversed()
      .map(([words, lines]) => [lines.join("\n").trim(), words]),
  );
  const verbs = [...pages].toReversed().map(([text, words]) => `.SS forkd ${words}\n${literal(text)}`);
  return `.TH FORKD 1 "" "forkd ${version}" "User Commands"
.SH NAME
forkd, forkd\\-controller, forkd\\-mcp \\- fork(2) for virtual machines
.SH SYNOPSIS
.B forkd
.I verb
.RI [ options ]
.br
.B forkd\\-controller serve
.RI [ options ]
.br
.B forkd\\-mcp
.RI [ options ]
.SH DESCRIPTION
${literal(told.join("\n").trim())}
.SH VERBS
${verbs.join("\n")}
.SH EXIT STATUS
0 where all went well, 2 where the command line was used wrongly, 1 and above otherwise; of
.B forkd exec
and
.BR "forkd run" ,
that of the command.
.SH FILES
.TP
.I /etc/forkd/forkd.env
what the service's daemon is told by environment variables
.TP
.IR /var/lib/forkd ", " ~/.local/share/forkd
images, snapshots and machines, of root's daemon and of others
`;
}

/** What groff_char(7) makes something else of. */
const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\e",
  "-": "\\-",
  "'": "\\(aq",
  "^": "\\(ha",
  "~": "\\(ti",
  "`": "\\(ga",
};

/** Text as it is, in the typeface of a terminal. */
function literal(text: string): string {
  const lines = text.split("\n").map((line) => {
    const escaped = line.replaceAll(/[\\\-'^~`]/g, (character) => ESCAPES[character] ?? character);
    return escaped.startsWith(".") ? `\\&${escaped}` : escaped;
  });
  return `.nf\n.ft CR\n${lines.join("\n")}\n.ft\n.fi`;
}
