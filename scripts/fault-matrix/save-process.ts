/** Saves in a process of its own, which may have other rights and limits, and prints what came of it. */
import { saveOnce, type SaveOrder } from './save-once.js';

const order = JSON.parse(process.env['ORDER'] ?? '{}') as SaveOrder;
process.stdout.write(JSON.stringify(await saveOnce(order)));
