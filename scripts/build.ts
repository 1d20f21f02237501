/**
 * Builds the package into `dist`.
 *
 *     npm run build
 */
import { join } from 'node:path';
import { buildPackage } from './lib/build-package.js';

buildPackage(join(import.meta.dirname, '../dist'));
