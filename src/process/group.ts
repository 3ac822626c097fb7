import type { Duration } from '../options/index.ts'
import type { BaseProcess } from './base-process.ts'
import { Process } from './process-class.ts'
import type { ProcessOptions, Target, TargetArguments } from './process-options.ts'
import { Thread } from './thread-class.ts'
import type { WorkerKind } from './worker-options.ts'

/** A target and its arguments; a target without parameters needs none. */
export type TargetPair = readonly [target: Target, args?: Iterable<unknown>]

/** The same pairs, with the arguments that their targets take. */
export type CheckedPairs<P extends readonly TargetPair[]> = {
  readonly [K in keyof P]: P[K][0] extends (...args: infer A extends readonly unknown[]) => unknown
    ? readonly [target: P[K][0], args?: TargetArguments<A>]
    : P[K]
}

/** Options of {@link startAll}: those of each process, and their kind. */
export interface StartAllOptions extends Omit<ProcessOptions, 'target' | 'args' | 'name'> {
  /** @default 'process' */
  readonly kind?: WorkerKind | undefined
  /** Names of the processes, in their order; those without one get the usual names. */
  readonly names?: readonly string[] | undefined
}

/**
 * Processes that were started together, by {@link startAll}.
 *
 * @example
 * ```ts
 * import { type ProcessGroup, startAll } from 'manyhands'
 *
 * const group: ProcessGroup = startAll([[() => {}], [() => {}]], { kind: 'thread', names: ['reader', 'writer'] })
 * console.log(group.processes.map(({ name }) => name)) // [ 'reader', 'writer' ]
 * console.log(await group.join()) // [ 0, 0 ]
 * ```
 */
export class ProcessGroup {
  /** In the order of their targets. */
  readonly processes: readonly BaseProcess[]

  /** @internal */
  constructor(processes: readonly BaseProcess[]) {
    this.processes = processes
  }

  /** Waits for all of them, at most for `timeout` together; gives their exit codes, null for those that still run. */
  join(timeout?: Duration): Promise<(number | null)[]> {
    return Promise.all(this.processes.map((process) => process.join(timeout)))
  }

  /** Asks those that run to end. */
  terminate(): void {
    for (const process of this.processes) process.terminate()
  }

  /** Ends those that run, and closes all. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.processes.map((process) => process[Symbol.asyncDispose]()))
  }
}

/**
 * Starts one process for each pair of a target and its arguments. When one cannot be started, those started before it
 * are ended again.
 *
 * @throws what the constructor and `start()` of a {@link Process} throw.
 *
 * @example
 * ```ts
 * import { startAll } from 'manyhands'
 *
 * const codes = await startAll([
 *   [(name: string) => console.log(`hello ${name}`), ['Ada']],
 *   [() => process.exit(3)],
 * ]).join()
 * console.log(codes) // [ 0, 3 ]
 * ```
 */
export function startAll<const P extends readonly TargetPair[]>(
  pairs: P & CheckedPairs<P>,
  options: StartAllOptions = {},
): ProcessGroup {
  const { kind = 'process', names = [], ...rest } = options
  const Kind = kind === 'thread' ? Thread : Process
  const processes = pairs.map(([target, args = []]: TargetPair, index) => {
    const name = names[index]
    return new Kind({ ...rest, target, args: [...args], ...(name !== undefined && { name }) })
  })
  const started: BaseProcess[] = []
  try {
    for (const process of processes) {
      process.start()
      started.push(process)
    }
  } catch (error) {
    for (const process of started) process.terminate()
    throw error
  }
  return new ProcessGroup(processes)
}
