import type { Callable } from '../pool/index.ts'
import { InvalidOptionError } from '../errors/index.ts'
import { inputs as inputsOf } from './inputs/inputs.ts'
import { type Source, isSource } from './inputs/source.ts'
import type { RunOptions } from './options.ts'
import type { RunReport, RunSnapshot } from './report.ts'
import { Runner } from './runner.ts'
import type { StopReason } from './stop.ts'

/** A run that is going on: the promise of its report, and a way to look at it. */
export interface Running<R = unknown, A = unknown> extends Promise<RunReport<R, A>> {
  /** How it stands now. */
  snapshot(): RunSnapshot
  /** Stops it: the first time once what is in hand is finished, the second time at once. */
  stop(reason?: StopReason): void
}

/**
 * Runs a task over many inputs, saves every outcome as it comes, and goes on where an earlier run of the same store
 * stopped: what is done is not done again.
 *
 * It resolves with a report also when items failed or when it was stopped; `exitCode` says which. Outcomes are saved in
 * groups (`saveEvery`, `saveInterval`), and what was reported saved survives the death of any process. An item may be
 * tried again after a crash, but it is recorded once.
 *
 * @param inputs - {@link files}, {@link paths}, {@link inputs}, or any iterable of values.
 * @throws {@link StoreError} and its kin when the store cannot be used, {@link InputError} and its kin for the inputs,
 * a TaskLoadError when no worker can load the task. What was finished is saved then too.
 *
 * @example
 * ```ts
 * import { rm } from 'node:fs/promises'
 * import { run } from 'manyhands/run'
 *
 * const square = (n: number) => n * n
 * const first = await run(square, [1, 2, 3], { store: 'run.db', kind: 'thread' })
 * console.log(first.done, first.exitCode) // 3 0
 *
 * const second = await run(square, [1, 2, 3, 4], { store: 'run.db', kind: 'thread' })
 * console.log(second.skipped, second.done) // 3 1
 * console.log([...second.results].map(({ value }) => value)) // [ 1, 4, 9, 16 ]
 * await rm('run.db')
 * ```
 */
export function run<V, R, A = undefined>(
  task: Callable<[V], R>,
  inputs: Source<V> | Iterable<V> | AsyncIterable<V>,
  options: RunOptions<R, A> = {},
): Running<Awaited<R>, A> {
  const source = sourceOf(inputs)
  const runner = new Runner<V, R, A>(task, source, options)
  return Object.assign(runner.execute(), {
    snapshot: () => runner.snapshot(),
    stop: (reason?: StopReason) => runner.stop.request(reason),
  })
}

function sourceOf<V>(inputs: Source<V> | Iterable<V> | AsyncIterable<V>): Source<V> {
  if (isSource(inputs)) return inputs
  const canIterate =
    typeof inputs === 'object' && inputs !== null && (Symbol.iterator in inputs || Symbol.asyncIterator in inputs)
  if (!canIterate)
    throw new InvalidOptionError('inputs', 'files(), paths(), inputs(), or an iterable of values', inputs)
  return inputsOf(inputs)
}
