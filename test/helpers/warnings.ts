import { onTestFinished } from 'vitest';

/** Listens to what Node warns of while a test runs. What is returned waits for the last of them, and lists them. */
export function watchWarnings(): () => Promise<string[]> {
  const warnings: string[] = [];
  const listen = ({ name, message }: Error) => void warnings.push(`${name}: ${message}`);
  process.on('warning', listen);
  onTestFinished(() => void process.off('warning', listen));
  return async () => {
    // They are told after the present turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    return warnings;
  };
}
