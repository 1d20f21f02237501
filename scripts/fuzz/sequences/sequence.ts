import type { ScenarioClient } from '../../../src/client.js';
import type { Clock } from '../../../src/clock.js';
import type { SaveOptions } from '../../../src/node/index.js';
import type { Random } from '../random.js';
import type { World } from './asset-service.js';
import type { Request } from './random-world.js';

/** A sequence of runs and changes in one directory, and its current state. */
export interface Sequence {
  random: Random;
  world: World;
  client: ScenarioClient;
  clock: Clock;
  /** The requests to the service; may be emptied. */
  requests: string[];
  directory: string;
  /** A description of each step, one line each. */
  steps: string[];
  findings: string[];
  runs: number;
  finished: Finished[];
  /** The user's own files: content by path, as `readTree` returns it. */
  mine: Map<string, string>;
  /** All paths at which files were ever saved. A file that the user edits or creates there may be replaced. */
  savedPaths: Set<string>;
  /** Contents that a run may delete. */
  dispensable: Set<string>;
  /** Whether an asset has changed since earlier archives were created. */
  isWorldChanged: boolean;
}

/** A run that has finished and saved all its files. */
export interface Finished {
  request: Request;
  options: Partial<SaveOptions>;
  /** The paths in its report, as JSON. */
  paths: string;
  /** The contents of its files, as `readTree` returns them. */
  contents: Set<string>;
  /** Whether its files have not been changed since. */
  isUntouched: boolean;
}
