import { setMaxListeners } from 'node:events';
import { planBatches, type Selection } from '../batches.js';
import { requireClient, type ScenarioClient } from '../client.js';
import type { TargetFormat } from '../types.js';
import { whenAborted } from '../when-aborted.js';
import { onDisk } from './disk/file-system-error.js';
import { makeDirectory, removeEmpty } from './disk/make-directory.js';
import { apiHostOf } from './api-host.js';
import { batchKey } from './planned-batches.js';
import type { SaveReport } from './report/report.js';
import type { ReportBuilder } from './report/report-builder.js';
import { openRun, type Run } from './run.js';
import { resolveSaveOptions, type SaveOptions } from './save-options.js';
import { planAssets, saveAssets } from './save-assets.js';
import { saveBatches } from './save-batches.js';

/**
 * Saves all assets of a selection to disk: plans the batches, requests their archives (`downloadRequestBatch`), waits
 * for them (`downloadGetStatus`), and saves their files. The length and CRC-32 of each file are verified before it gets
 * its final name. With `targetFormat`, each asset is requested separately (`downloadRequest`).
 *
 * Files that an earlier call with the same selection has saved are not fetched again if they are intact. The failure of
 * a batch or file is reported, and does not affect the others.
 *
 * @throws {InvalidInputError} for an invalid selection or option, before any request
 * @throws any error that `include` or `exclude` throws
 * @throws {DirectoryBusyError} when another run is saving into the directory
 * @throws {FileSystemError} when the disk is full or cannot be written to. Files saved so far are kept, and the next
 * call does not fetch them again
 */
export async function saveAll(client: ScenarioClient, selection: Selection, options: SaveOptions): Promise<SaveReport> {
  requireClient(client);
  const resolved = resolveSaveOptions(options);
  const { directory, targetFormat, clock } = resolved;
  const startedAt = clock.now();
  const apiHost = apiHostOf(client);
  const { keys, save } =
    targetFormat === undefined ? batchWork(selection, options, apiHost) : assetWork(selection, targetFormat, apiHost);
  resolved.signal?.throwIfAborted();
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  const forget = whenAborted(resolved.signal, () => stop.abort(resolved.signal?.reason));
  let made: string[] = [];
  try {
    made = await onDisk(directory, () => makeDirectory(directory));
    stop.signal.throwIfAborted();
    const run = await openRun(client, { ...resolved, isWanted: stopWhenItThrows(resolved.isWanted, stop) }, keys, stop);
    let report: SaveReport;
    try {
      const builder = await save(run, stop);
      run.meter.flush();
      const seconds = (clock.now() - startedAt) / 1000;
      report = builder.build({ seconds, receivedBytes: run.meter.receivedBytes() });
    } catch (error) {
      // The error that ended the run is more useful than an error from closing it, often caused by the same disk.
      await run.close().catch(() => undefined);
      throw error;
    }
    await run.close();
    return report;
  } finally {
    forget();
    // A run that has saved nothing must not leave empty folders behind.
    await removeEmpty(made);
  }
}

/** Makes an error in a filter end the run, because it is the caller's error and not a failure of one batch. */
function stopWhenItThrows(isWanted: (path: string) => boolean, stop: AbortController): (path: string) => boolean {
  return (path) => {
    try {
      return isWanted(path);
    } catch (error) {
      stop.abort(error);
      throw error;
    }
  };
}

/** The work of a run: the keys of its batches or assets in the journal, and the function that saves them. */
interface Work {
  keys: ReadonlySet<string>;
  save: (run: Run, stop: AbortController) => Promise<ReportBuilder>;
}

function batchWork(selection: Selection, options: SaveOptions, apiHost: string | undefined): Work {
  const plan = planBatches(selection, options).map((batch) => ({ key: batchKey(batch, apiHost), batch }));
  return { keys: new Set(plan.map(({ key }) => key)), save: (run, stop) => saveBatches(plan, run, stop) };
}

function assetWork(selection: Selection, targetFormat: TargetFormat, apiHost: string | undefined): Work {
  const plan = planAssets(selection, targetFormat, apiHost);
  return { keys: new Set(plan.map(({ key }) => key)), save: (run, stop) => saveAssets(plan, targetFormat, run, stop) };
}
