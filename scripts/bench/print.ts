import type { BenchCase, Goal } from './cases.js';
import { OWN } from './tools.js';

export interface Row {
  name: string;
  /** In seconds, as are `min` and `max`. */
  median: number;
  min: number;
  max: number;
  megabytes: number;
}

/**
 * Prints the table of a case, and which of its goals were met.
 *
 * @param memories this package's peak memory in the previous cases, in megabytes, by the name of their archive
 */
export function printCase(
  { title, goals }: BenchCase,
  rows: readonly Row[],
  memories: ReadonlyMap<string, number>,
): void {
  const own = rows.find(({ name }) => name === OWN);
  if (own === undefined) return;
  console.log(`\n${title}`);
  console.log(`${'median, s'.padStart(34)}   ${'min - max'.padEnd(15)} ours is   memory`);
  for (const { name, median, min, max, megabytes } of rows) {
    const ratio = name === OWN ? '' : `${(own.median / median).toFixed(2)} x`;
    const range = `${min.toFixed(2)} - ${max.toFixed(2)}`;
    const memory = megabytes > 20 ? `${megabytes.toFixed(0)} MB` : '';
    console.log(
      `  ${name.padEnd(24)}${median.toFixed(2).padStart(8)}   ${range.padEnd(15)} ${ratio.padEnd(9)} ${memory}`,
    );
  }
  for (const goal of goals) console.log(`  ${describe(goal, own, rows, memories)}`);
}

function describe(goal: Goal, own: Row, rows: readonly Row[], memories: ReadonlyMap<string, number>): string {
  if (goal.type === 'memory') {
    return `${verdict(own.megabytes <= goal.atMost)}: at most ${goal.atMost} MB, took ${own.megabytes.toFixed(0)} MB`;
  }
  if (goal.type === 'growth') {
    const before = memories.get(goal.from);
    if (before === undefined) return `not known: the memory of ${goal.from} was not measured`;
    const ratio = own.megabytes / before;
    return `${verdict(ratio <= goal.atMost)}: at most ${goal.atMost.toFixed(2)} x the memory of ${goal.from}, took ${ratio.toFixed(2)} x`;
  }
  const other = rows.find(({ name }) => name === goal.of);
  if (other === undefined) return `not known: ${goal.of} is not installed`;
  const ratio = own.median / other.median;
  return `${verdict(ratio <= goal.atMost)}: at most ${goal.atMost.toFixed(2)} x ${goal.of}, took ${ratio.toFixed(2)} x`;
}

function verdict(isMet: boolean): string {
  return isMet ? 'met' : 'MISSED';
}
