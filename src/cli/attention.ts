import { partOf } from '../node/planned-batches.js';
import type { BatchReport, ErrorReport, SaveReport, SaveWarning } from '../node/report/report.js';
import type { GetOptions } from './commands/get.js';
import { placeOf, planOf } from './batch-plan.js';
import { DEFAULT_TIMEOUT_SECONDS, MAX_TIMEOUT_SECONDS } from './command-options.js';
import { explainReport } from './explain-error.js';
import type { CommandSelection } from './ids/read-selection.js';
import { countOf, formatCount } from './numbers.js';
import { isRepeatable, shellCommand, withOption, withoutOption } from './shell-command.js';

/** Results of one kind that the user should look at, and how to proceed. */
export interface AttentionGroup {
  label: 'failed' | 'missing' | 'possibly truncated' | 'note' | 'renamed';
  items: string[];
  /** What to do, and the command line for it, if there is one that the user can copy. */
  commands: { what: string; line?: string }[];
  /** Whether the group is printed even with `--quiet`. */
  isError: boolean;
}

export interface AttentionContext {
  selection: CommandSelection;
  options: GetOptions & { out: string; assetIds: readonly string[] };
  /** The name that the command was called by. */
  name: string;
  argv: readonly string[];
}

const MAX_EXAMPLES = 3;

/** Collects everything in a report that needs attention, the most severe first. */
export function attentionOf(report: SaveReport, context: AttentionContext): AttentionGroup[] {
  const groups = [
    failures(report, context),
    shortfalls(report, context),
    truncations(report, context),
    notes(report),
    renames(report, context),
  ];
  return groups.filter(({ items }) => items.length > 0);
}

function failures({ batches }: SaveReport, { name: command, argv, options }: AttentionContext): AttentionGroup {
  const failed = batches.flatMap((batch) => {
    const { jobId, error } = batch;
    const ofBatch = error !== undefined && batch.failed.length === 0 ? [{ name: nameOf(batch), jobId, error }] : [];
    return [...ofBatch, ...batch.failed.map((file) => ({ name: quoted(file.entry), jobId, error: file.error }))];
  });
  // Failures often share a cause, so each cause and each remedy is only listed once.
  const byReason = new Map<string, { names: string[]; message: string }>();
  const remedies = new Map<string, string>();
  for (const { name, jobId, error } of failed) {
    const { message, advice } = explainReport(error);
    // Messages that differ only in the job id have the same cause.
    const reason = jobId === null ? message : message.replaceAll(jobId, '{jobId}');
    const known = byReason.get(reason);
    if (known === undefined) byReason.set(reason, { names: [name], message });
    else known.names.push(name);
    remedies.set(advice, shellCommand(command, remedyFor(error, argv, options.timeout)));
  }
  return {
    label: 'failed',
    items: Array.from(byReason, ([reason, { names, message }]) => {
      const said = names.length === 1 ? message : reason;
      return `${namesBefore(said, names)}${said}`;
    }),
    commands: [...remedies].map(([what, line]) => (isRepeatable(argv) ? { what, line } : { what })),
    isError: true,
  };
}

function namesBefore(reason: string, names: readonly string[]): string {
  // Some messages already begin with the name.
  if (names.length === 1 && reason.startsWith(names[0] ?? '')) return '';
  const rest = names.length - MAX_EXAMPLES;
  return `${names.slice(0, MAX_EXAMPLES).join(', ')}${rest > 0 ? ` and ${formatCount(rest)} more` : ''}: `;
}

/** Returns the arguments for another attempt. */
function remedyFor(
  { code, status, retryAfterMs }: ErrorReport,
  argv: readonly string[],
  timeout = DEFAULT_TIMEOUT_SECONDS,
): readonly string[] {
  if (code === 'JOB_TIMEOUT') {
    return withOption(argv, '--timeout', String(Math.min(timeout * 2, MAX_TIMEOUT_SECONDS)));
  }
  if (code === 'ARCHIVE_ERROR') return withOption(argv, '--force');
  // With a Retry-After, waiting is the remedy, and a lower concurrency would not help before that.
  if (code === 'HTTP_ERROR' && status === 429 && retryAfterMs === undefined)
    return withOption(argv, '--concurrency', '1');
  return argv;
}

function shortfalls({ missing }: SaveReport, context: AttentionContext): AttentionGroup {
  const items = missing.map(
    ({ batch, part, jobId, expected, received }) =>
      `${countOf(expected - received, 'asset')} of batch ${placeOf(batch, part)} (job ${jobId}): ` +
      `${countOf(received, 'file')} came for ${countOf(expected, 'asset')}`,
  );
  const { name, argv, options } = context;
  const { assetIds, from = [], envFile } = options;
  const { inferenceIds, modelIds } = context.selection.ids;
  // `--format` takes asset ids only, so a `--from` file that also contains other ids would be refused.
  const canAskForEach = isRepeatable(argv) && (from.length === 0 || inferenceIds.length + modelIds.length === 0);
  const selection = [
    ...from.flatMap((file) => ['--from', file]),
    ...(envFile === undefined ? [] : ['--env-file', envFile]),
  ];
  const operands = assetIds.length === 0 ? [] : ['--', ...assetIds];
  return {
    label: 'missing',
    items,
    commands: [
      ...(canAskForEach
        ? [
            {
              what: 'Find out which, by asking for each by itself:',
              line: `${shellCommand(name, ['urls', '--format', 'png', '--quiet', ...selection, ...operands])} > urls.jsonl`,
            },
          ]
        : []),
      isRepeatable(argv)
        ? { what: 'Ask for all of them anew:', line: shellCommand(name, withOption(argv, '--force')) }
        : { what: 'Ask for all of them anew, with --force.' },
    ],
    isError: true,
  };
}

function truncations({ warnings }: SaveReport, context: AttentionContext): AttentionGroup {
  const truncated = warnings.filter(({ code }) => code === 'possibly-truncated');
  const { name, options } = context;
  const { out } = options;
  const plan = truncated.length > 0 ? planOf(context.selection, options) : [];
  const commands = truncated.flatMap(({ batch, part }) => {
    const whole = plan[batch];
    const { inferenceIds = [], modelIds = [] } = whole ? partOf(whole, part).query : {};
    const sources = [...inferenceIds.map((id) => ['--inference', id]), ...modelIds.map((id) => ['--model', id])];
    if (sources.length < 2) {
      return [
        {
          what: 'Name its assets by their ids:',
          line: shellCommand(name, ['get', '--from', 'asset-ids.txt', '--out', out]),
        },
      ];
    }
    const first = sources.length > MAX_EXAMPLES ? `; the first ${MAX_EXAMPLES} of ${formatCount(sources.length)}` : '';
    return sources.slice(0, MAX_EXAMPLES).map((source) => ({
      what: `Ask for each by itself${first}:`,
      line: shellCommand(name, ['get', ...source, '--out', out]),
    }));
  });
  return {
    label: 'possibly truncated',
    items: truncated.map(describeWarning),
    commands,
    isError: false,
  };
}

function notes({ warnings }: SaveReport): AttentionGroup {
  const items = warnings.filter(({ code }) => code !== 'possibly-truncated').map(describeWarning);
  return { label: 'note', items, commands: [], isError: false };
}

function renames({ renamed, skipped }: SaveReport, { name, argv }: AttentionContext): AttentionGroup {
  // Files that were already present were listed by an earlier run.
  const present = new Set(skipped.map(({ path }) => path));
  const news = renamed.filter(({ path }) => !present.has(path));
  const [first] = news;
  const items = first
    ? [`${countOf(news.length, 'file')}, such as ${quoted(first.entry)}, which is ${quoted(first.path)}`]
    : [];
  const line = shellCommand(name, withOption(withOption(withoutOption(argv, '--force'), '--json'), '--quiet'));
  return {
    label: 'renamed',
    items,
    commands: isRepeatable(argv) ? [{ what: 'List all, without fetching anything:', line }] : [],
    isError: false,
  };
}

function describeWarning({ batch, part, message }: SaveWarning): string {
  return `batch ${placeOf(batch, part)}: ${message}`;
}

function nameOf({ index, part, jobId }: BatchReport): string {
  return `batch ${placeOf(index, part)}${jobId === null ? '' : ` (job ${jobId})`}`;
}

/**
 * Quotes a name for a line of output, with control characters escaped. Long names are shortened in the middle, because
 * similar names mostly differ at their ends.
 */
function quoted(name: string): string {
  const text = JSON.stringify(name);
  return text.length > 120 ? `${text.slice(0, 58)}...${text.slice(-59)}` : text;
}
