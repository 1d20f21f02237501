import type { ScenarioClient } from '../../../src/client.js';
import type { Clock } from '../../../src/clock.js';
import type { SaveOptions } from '../../../src/node/index.js';
import type { Random } from '../random.js';
import type { World } from './asset-service.js';
import type { Request } from './random-world.js';

/** A directory to which one thing after the other is done, and what is known of it. */
export interface Sequence {
  random: Random;
  world: World;
  client: ScenarioClient;
  clock: Clock;
  /** What the service was asked for, which may be emptied. */
  requests: string[];
  directory: string;
  /** One line for each step. */
  steps: string[];
  findings: string[];
  runs: number;
  finished: Finished[];
  /** What the user has put there, by path, as `readTree` tells it. */
  mine: Map<string, string>;
  /** Where files were saved, at any time: what is edited there, or put there instead, is replaced. */
  savedPaths: Set<string>;
  /** Contents that nobody has to keep. */
  dispensable: Set<string>;
  /** Whether an asset is no longer what archives of before have. */
  isWorldChanged: boolean;
}

/** A run that has come to its end, with everything in its place. */
export interface Finished {
  request: Request;
  options: Partial<SaveOptions>;
  /** Of its report, as JSON. */
  paths: string;
  /** Of its files, as `readTree` tells them. */
  contents: Set<string>;
  /** Whether nobody has done anything to its files since then. */
  isUntouched: boolean;
}
