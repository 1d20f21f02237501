import { STEPS, type Step } from './faults.js';
import type { Cell } from './run-cell.js';
import type { Row } from './run-matrix.js';

const TITLES: Readonly<Record<Step, string>> = {
  request: 'Request a batch',
  poll: 'Ask for its status',
  resolve: 'Resolve one asset',
  directory: 'Read the directory',
  transfer: 'Transfer an archive',
  asset: 'Transfer one asset',
};

/** The page of the guide, as Markdown. */
export function renderMatrix(rows: readonly Row[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const table = [
    line(['Fault', ...STEPS.map((step) => TITLES[step])]),
    line(['---', ...STEPS.map(() => '---')]),
    ...rows.map(({ fault, cells }) => line([fault.name, ...STEPS.map((step) => renderCell(cells.get(step)))])),
  ];
  return `${INTRODUCTION}\n${table.join('\n')}\n`;
}

function renderCell(cell: Cell | undefined): string {
  if (cell === undefined) return '';
  return cell.once === cell.always ? cell.always : `${cell.once}; always: ${cell.always}`;
}

const INTRODUCTION = `# What happens when something goes wrong

The table is printed by \`npm run fault-matrix\`, which makes each fault happen at each step of a download and looks at what
comes of it. The tests do the same and compare it with this page.

- \`goes on\`: the user does not notice, but for a line about a repetition.
- An error: the batch or the asset is given up with this \`code\`, status and reason, in the report of \`saveAll\`.
- After \`always\`: what comes of it when the fault strikes each time, where that is something else.

In every cell, what was finished before stays, is not fetched again, and the same call without the fault ends well. The
errors are explained in [Errors and repetitions](50-errors.md).
`;
