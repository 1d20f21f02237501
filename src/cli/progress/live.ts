import cliProgress from 'cli-progress';
import type { TerminalStream } from '../output.js';
import type { Progress } from './progress-state.js';
import { renderLive } from './render.js';

/** A view of a run. */
export interface ProgressView {
  /** Something happened. */
  update: () => void;
  /** Calls a function that writes to the same terminal: what it writes stays, and the view goes on below. */
  beside: <Result>(write: () => Result) => Result;
  /** Ends the view and leaves the terminal as it was. May be called again. */
  stop: () => void;
}

const FRAMES_PER_SECOND = 5;
const RESTORE_TERMINAL = '\u001B[?25h\u001B[?7h';

/** One line on a terminal that is drawn over itself, and gone in the end. It follows the width of the window. */
export function showLive(stream: TerminalStream, read: () => Progress, color: boolean): ProgressView {
  const bar = new cliProgress.SingleBar({
    stream,
    format: (_options, { maxWidth }) => renderLive(read(), maxWidth, color),
    fps: FRAMES_PER_SECOND,
    hideCursor: true,
    clearOnComplete: true,
    // Ctrl-C is the command's own affair.
    gracefulExit: false,
    noTTYOutput: false,
  });
  // However the process ends, the cursor must be there again.
  const restore = () => stream.write(RESTORE_TERMINAL);
  const redraw = () => bar.render();
  process.once('exit', restore);
  stream.on('resize', redraw);
  bar.start(1, 0);

  let stopped = false;
  return {
    // The bar draws itself as often as it should; what it draws is read then.
    update: () => undefined,
    beside(write) {
      if (!stopped) bar.stop();
      const result = write();
      if (!stopped) bar.start(1, 0);
      return result;
    },
    stop() {
      if (stopped) return;
      stopped = true;
      process.off('exit', restore);
      stream.off('resize', redraw);
      bar.stop();
    },
  };
}
