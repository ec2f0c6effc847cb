import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { nowMs } from '#streams/clock.ts';

/** What was measured at which commit, oldest first, one JSON line each; grows by `--keep` alone. */
const HISTORY = fileURLToPath(new URL('./history.jsonl', import.meta.url));

export interface Outcome {
  bench: string;
  workload: string;
  [figure: string]: unknown;
}

/** The flags of every bench. */
export const OUTCOME_OPTIONS = {
  /** Writes the line into the history. */
  keep: { type: 'boolean', default: false },
  /** Adds to the line what the history last knew of this bench and workload on such a processor. */
  compare: { type: 'boolean', default: false },
} as const;

/** Prints the one JSON line of a bench, and does with the history what its flags say. */
export function printOutcome(outcome: Outcome, { keep, compare }: { keep: boolean; compare: boolean }): void {
  const line = { ...outcome, node: process.version, cpu: cpus()[0]?.model ?? 'unknown' };
  const before = compare ? lastLike(line) : null;
  process.stdout.write(`${JSON.stringify(compare ? { ...line, before: before ?? 'none' } : line)}\n`);
  if (!keep) return;
  const { stdout } = spawnSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' });
  const kept = { at: new Date(nowMs()).toISOString(), commit: stdout.trim(), ...line };
  appendFileSync(HISTORY, `${JSON.stringify(kept)}\n`);
}

function lastLike({ bench, workload, cpu }: Outcome): Outcome | null {
  if (!existsSync(HISTORY)) return null;
  const lines = readFileSync(HISTORY, 'utf8').split('\n').filter(Boolean);
  const kept = lines.map((line): Outcome => JSON.parse(line));
  return kept.findLast((it) => it.bench === bench && it.workload === workload && it.cpu === cpu) ?? null;
}

/** Rounds a figure for printing. */
export function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}

/** The value below which `share` of the values lie; `sorted` ascending. NaN of none. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
