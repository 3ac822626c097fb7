import { InvalidOptionError } from '../errors/index.ts'
import type { Size } from '../options/index.ts'
import { type Output, outputWriter } from './output.ts'

/**
 * What a process can be given to run: a `task()`, a self-contained inline function, a method of the process's own
 * class, or the name of a module's export as `'./tasks.ts#main'` or a `URL` with such a hash.
 */
export type Target<A extends readonly unknown[] = never[]> = ((...args: A) => unknown) | string | URL

/** An iterable that is neither an array nor a string: only the worker can tell whether it fits the target. */
type Untyped = Iterable<unknown> & { readonly concat?: never }

/** The arguments of a target: those of its function, or anything where the target is only named. */
export type TargetArguments<A extends readonly unknown[]> =
  Untyped | (never[] extends A ? readonly unknown[] : Readonly<A>)

/** Options of a {@link Process} or {@link Thread}. */
export interface ProcessOptions<A extends readonly unknown[] = never[]> {
  /** What `run()` calls in the new process, unless a subclass overrides `run()`. */
  readonly target?: Target<A> | undefined
  /**
   * Arguments of `target`: an array, or any other iterable but a string. They are copied as results of tasks are.
   *
   * @default []
   */
  readonly args?: NoInfer<TargetArguments<A>> | undefined
  /**
   * For people; it can be set until the start.
   *
   * @default the name of the class and a number: `'Process-1'`, and `'Process-1:2'` for the second child of that
   */
  readonly name?: string | undefined
  /**
   * Whether it is ended when its parent ends, instead of being waited for.
   *
   * @default that of the process which makes it
   */
  readonly daemon?: boolean | undefined
  /** Whether it may start processes and threads of its own although it is a daemon; they end with it. @default false */
  readonly allowChildren?: boolean | undefined
  /**
   * Whether it goes on when its parent dies. Otherwise its end is tied to that of its parent, however that came.
   * Processes only.
   *
   * @default false
   */
  readonly outliveParent?: boolean | undefined
  /**
   * What becomes of what it writes: `'plain'` writes it here in whole lines, `'tagged'` with its name before each
   * line, `'ignore'` drops it, a function gets the lines, and `'inherit'` gives it the streams of this process
   * themselves, such as a terminal.
   *
   * @default 'plain'
   */
  readonly output?: Output | 'inherit' | undefined
  /**
   * Its heap. A process is also ended when it grows 128 MB beyond this outside the heap.
   *
   * @default Node's own limit
   */
  readonly memoryLimit?: Size | undefined
  /** Its environment. @default this process's own */
  readonly env?: NodeJS.ProcessEnv | undefined
  /** Options of Node itself for it. @default this process's own */
  readonly execArgv?: readonly string[] | undefined
}

/** Arguments as an array. Python takes a string for a list of letters, which nobody wants; here it is refused. */
export function argumentList(args: unknown): unknown[] {
  if (typeof args === 'object' && args !== null && Symbol.iterator in args) return Array.from(args as Iterable<unknown>)
  throw new InvalidOptionError('args', 'an array or another iterable of arguments ([x] for the one argument x)', args)
}

export function checkName(name: unknown): string {
  if (typeof name === 'string') return name
  throw new InvalidOptionError('name', 'a string', name)
}

export function checkFlag(option: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value
  throw new InvalidOptionError(option, 'true or false', value)
}

export function checkOutput(output: Output | 'inherit'): Output | 'inherit' {
  if (output !== 'inherit') outputWriter(output)
  return output
}
