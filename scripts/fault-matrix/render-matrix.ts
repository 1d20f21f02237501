import { DISK_STEPS, type DiskStep } from './disk-fault.js';
import { DISK_ROWS } from './disk-faults.js';
import { STEPS, type Step } from './faults.js';
import type { Cell } from './run-cell.js';
import { placeKey, type DiskTexts } from './run-disk-matrix.js';
import type { Row } from './run-matrix.js';

const TITLES: Readonly<Record<Step, string>> = {
  request: 'Request a batch',
  poll: 'Ask for its status',
  resolve: 'Resolve one asset',
  directory: 'Read the directory',
  transfer: 'Transfer an archive',
  asset: 'Transfer one asset',
};

const DISK_TITLES: Readonly<Record<DiskStep, string>> = {
  open: 'Take the directory',
  write: 'Write a file',
  rename: 'Give it its name',
  journal: 'Write the journal',
};

/** Renders the page of the guide as Markdown. */
export function renderMatrix(rows: readonly Row[], disk: DiskTexts): string {
  const servers = table(
    STEPS.map((step) => TITLES[step]),
    rows.map(({ fault, cells }) => [fault.name, ...STEPS.map((step) => renderCell(cells.get(step)))]),
  );
  const disks = table(
    DISK_STEPS.map((step) => DISK_TITLES[step]),
    DISK_ROWS.map(({ name }) => [name, ...DISK_STEPS.map((step) => disk.get(placeKey({ name, step })) ?? '')]),
  );
  return `${INTRODUCTION}\n${servers}\n\n${DISK_INTRODUCTION}\n${disks}\n`;
}

/** Reads the cells about the disk from an existing page. */
export function readDiskTexts(page: string): DiskTexts {
  const texts = new Map<string, string>();
  const lines = page.slice(page.indexOf(DISK_INTRODUCTION.split('\n')[0] ?? '')).split('\n');
  for (const line of lines) {
    const [, name = '', ...cells] = line.split('|').map((cell) => cell.trim());
    DISK_STEPS.forEach((step, at) => {
      if (cells[at]) texts.set(placeKey({ name, step }), cells[at]);
    });
  }
  return texts;
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(['Fault', ...titles]), line(['---', ...titles.map(() => '---')]), ...rows.map(line)].join('\n');
}

function renderCell(cell: Cell | undefined): string {
  if (cell === undefined) return '';
  return cell.once === cell.always ? cell.always : `${cell.once}; always: ${cell.always}`;
}

const INTRODUCTION = `# What happens when something goes wrong

The tables are printed by \`npm run fault-matrix\`, which makes each fault happen at each step of a download and looks at
what comes of it. The tests do the same and compare it with this page.

- \`goes on\`: the user does not notice, but for a line about a retry.
- An error: the batch or the asset is given up with this \`code\`, status and reason, in the report of \`saveAll\`.
- \`rejects with\`: all of it ends, since the rest would meet the same.
- After \`always\`: what comes of it when the fault strikes each time, where that is something else.

In every cell, what was finished before stays, is not fetched again, and the same call without the fault ends well. No
credential and no signature is in what the user is told, in the journal, or in what the file host is asked. The errors are
explained in [Errors and retries](50-errors.md).

## Faults of servers and networks
`;

const DISK_INTRODUCTION = `## Faults of the disk

They are real ones: full and read-only file systems, limits of the process, another user. Where the rights to make one are
missing, its test is skipped, and says why. In every cell, the run without the fault ends with the same files as one that
was never disturbed, and leaves nothing but the journal behind.
`;
