import cliProgress from 'cli-progress';
import type { TerminalStream } from '../output.js';
import type { Progress } from './progress-state.js';
import { renderLive } from './render.js';

/** Shows the progress of a run. */
export interface ProgressView {
  /** Must be called after each event. */
  update: () => void;
  /** Calls a function that writes to the same terminal. Its output is kept, and the view continues below it. */
  beside: <Result>(write: () => Result) => Result;
  /** Ends the view and restores the terminal. May be called more than once. */
  stop: () => void;
}

const FRAMES_PER_SECOND = 5;
const RESTORE_TERMINAL = '\u001B[?25h\u001B[?7h';

/** Draws one line on a terminal again and again, fitted to the width of the window, and removes it at the end. */
export function showLive(stream: TerminalStream, read: () => Progress, color: boolean): ProgressView {
  const bar = new cliProgress.SingleBar({
    stream,
    format: (_options, { maxWidth }) => renderLive(read(), maxWidth, color),
    fps: FRAMES_PER_SECOND,
    hideCursor: true,
    clearOnComplete: true,
    // The command handles Ctrl-C itself.
    gracefulExit: false,
    noTTYOutput: false,
  });
  // The cursor must be visible again however the process exits.
  const restore = () => stream.write(RESTORE_TERMINAL);
  const redraw = () => bar.render();
  process.once('exit', restore);
  stream.on('resize', redraw);
  bar.start(1, 0);

  let stopped = false;
  return {
    // The bar redraws itself on a timer and reads the progress each time.
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
