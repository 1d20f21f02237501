/** Saves in a process of its own, which may have other rights and limits, and prints the result as JSON. */
import { saveOnce, type SaveOrder } from './save-once.js';

const order = JSON.parse(process.env['ORDER'] ?? '{}') as SaveOrder;
process.stdout.write(JSON.stringify(await saveOnce(order)));
