import type { CallOptions } from './source.ts'

/** Options of `map`, `imap` and their kin. */
export interface MapOptions extends CallOptions {
  /** Cancels everything: what waits is dropped, what runs is told and then ended with its worker. */
  readonly signal?: AbortSignal | undefined
  /** @internal Takes no more inputs once this is aborted, and then throws its reason; what is in hand goes on. */
  readonly halt?: AbortSignal | undefined
}

/** Options of `imap` and `imapUnordered`. */
export interface ImapOptions extends MapOptions {
  /**
   * How many inputs may be taken ahead of the results that were consumed, or `Infinity`.
   * @default twice what the workers have in hand
   */
  readonly window?: number | undefined
}

/** Arguments of a call, which a task without parameters does not need, and its options. */
export type ApplyArguments<A extends readonly unknown[], O> = [] extends A
  ? [args?: A, options?: O]
  : [args: A, options?: O]

/** The result of a task as its caller gets it. */
export type Result<R> = Awaited<R>
