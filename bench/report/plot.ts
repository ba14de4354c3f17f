import type { Results } from "../results.ts";

const WIDTH = 720;
const BAR_HEIGHT = 26;
const LABEL_WIDTH = 290;
const TOP = 56;

interface Bar {
  readonly label: string;
  readonly ms: number;
  readonly colour: string;
}

const OURS = "#2a7de1";
const THEIRS = "#b8bec9";

/** "Until numpy has answered", forkd and its peers, as bars on a logarithmic scale. */
export function renderPlot({ oneFork, oneRestored, manyForks, peers, machine }: Results): string {
  const bars: Bar[] = [
    { label: "forkd: fork a warm parent", ms: oneFork.firstEval.p50, colour: OURS },
    { label: "forkd: restore one, no zygote", ms: oneRestored.firstEval.p50, colour: OURS },
    ...manyForks
      .filter(({ n }) => n > 1)
      .map(({ n, amortised }) => ({ label: `forkd: each of ${n} at once`, ms: amortised.p50, colour: OURS })),
    ...peerBars(peers),
  ];
  const height = TOP + bars.length * (BAR_HEIGHT + 10) + 34;
  const body = bars.map((bar, index) => renderBar(bar, index, bars)).join("\n");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="14">
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="16" y="30" font-size="17" font-weight="600">From nothing to an answer of numpy (ms, median, logarithmic)</text>
${body}
<text x="16" y="${height - 12}" font-size="12" fill="#667">${escape(`${machine.cores} cores (${machine.cpu}), ${machine.accelerator}, ${machine.vmm}`)}</text>
</svg>
`;
}

function peerBars({ coldProcess, coldContainer, coldBoot }: Results["peers"]): Bar[] {
  return [
    ...(coldProcess
      ? [{ label: "a cold native process, no isolation", ms: coldProcess.p50, colour: THEIRS }]
      : []),
    ...(coldContainer
      ? [
          {
            label: `a cold native container (${coldContainer.runtime})`,
            ms: coldContainer.p50,
            colour: THEIRS,
          },
        ]
      : []),
    { label: "a cold boot in the same VMM", ms: coldBoot.p50, colour: THEIRS },
  ];
}

function renderBar({ label, ms, colour }: Bar, index: number, bars: readonly Bar[]): string {
  const slowest = Math.max(...bars.map((bar) => bar.ms));
  const room = WIDTH - LABEL_WIDTH - 110;
  const width = Math.max(3, (Math.log10(ms) / Math.log10(slowest)) * room);
  const y = TOP + index * (BAR_HEIGHT + 10);
  return `<text x="${LABEL_WIDTH - 10}" y="${y + 18}" text-anchor="end">${escape(label)}</text>
<rect x="${LABEL_WIDTH}" y="${y}" width="${width.toFixed(1)}" height="${BAR_HEIGHT}" rx="4" fill="${colour}"/>
<text x="${(LABEL_WIDTH + width + 8).toFixed(1)}" y="${y + 18}" font-weight="600">${ms < 100 ? ms.toFixed(1) : ms.toFixed(0)}</text>`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
