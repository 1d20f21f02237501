import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const RUNS = 20;
/** The goal in milliseconds. */
const MOST = 150;

/** Prints the processor time that the command takes to start, in addition to that of Node itself. */
export async function printStartUp(command: string): Promise<void> {
  const own = await cpuMs(`'${process.execPath}' '${command}' --version`);
  const bare = await cpuMs(`'${process.execPath}' -e 0`);
  const over = Math.round(own - bare);
  console.log(`\nStart-up (--version), mean of ${RUNS}, processor time`);
  console.log(`  ${over <= MOST ? 'met' : 'MISSED'}: at most ${MOST} ms over bare Node, took ${over} ms`);
}

/**
 * Returns the mean processor time of one run in milliseconds. The shell reports the sum for all runs, in hundredths of
 * a second.
 */
async function cpuMs(command: string): Promise<number> {
  const script = `at=0; while [ $at -lt ${RUNS} ]; do ${command} >/dev/null; at=$((at+1)); done; times`;
  const { stdout } = await promisify(execFile)('sh', ['-c', script]);
  const ofChildren = stdout.trim().split('\n').at(-1) ?? '';
  const times = [...ofChildren.matchAll(/(\d+)m([\d.]+)s/g)];
  return times.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1000, 0) / RUNS;
}
