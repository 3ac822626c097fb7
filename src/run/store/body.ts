import type { Batch, RawAttempt, RawOutcome, RunRecord, Status, StoreFacts } from './outcome.ts'

/**
 * One file format, as the writer of a run sees it. The writer holds the store's lock, and everything here is
 * synchronous: it happens on the writer's own thread.
 */
export interface StoreBody {
  /** What the store said of itself when it was opened; undefined for one that is new. */
  readonly facts: StoreFacts | undefined
  /** Whether any item is in it. */
  readonly isEmpty: boolean
  /** What was found and done while opening: where a damaged file was kept. */
  readonly warnings: readonly string[]
  /** Records that a run begins, with what the store says of itself from now on. */
  begin(facts: StoreFacts, run: RunRecord, version: number): void
  /** How items stand, one `Standing` each. Fingerprints are compared where there are any. */
  check(keys: readonly string[], fingerprints: readonly (string | null)[] | null): Uint8Array
  /**
   * Saves outcomes: all of them durably when it returns, none when it throws.
   *
   * @throws {@link HeldUpError} when it can be tried again.
   */
  commit(batch: Batch): void
  /** Records how the run stands, and at last how it ended. */
  record(run: RunRecord): void
  /** Writes all that was saved to another file, when the own one was deleted. Returns its path. */
  rescue(): string | undefined
  close(): void
}

/** Another program reads the file, so it cannot be written now. Nobody but the writer sees this. */
export class HeldUpError extends Error {}

/**
 * One file format, as those see it who read. They may read while a run writes, so nothing is kept open or locked
 * between two calls for longer than it takes to read some hundred items.
 */
export interface StoreReader {
  readonly facts: StoreFacts | undefined
  counts(): { readonly done: number; readonly failed: number }
  /** Some outcomes after a key, in the order of keys; none when there are no more. */
  page(after: string | undefined, status: Status | undefined): readonly RawOutcome[]
  get(key: string): RawOutcome | undefined
  /** Some failed attempts after a position in the order they were made, of one item or of all. */
  attempts(after: number, key: string | undefined): readonly (RawAttempt & { readonly position: number })[]
  /** The outcomes that were saved last, latest first. */
  latest(limit: number): readonly { readonly startedAt: number; readonly duration: number }[]
  runs(): readonly RunRecord[]
  check(keys: readonly string[], fingerprints: readonly (string | null)[] | null): Uint8Array
  close(): void
}

/** Items and bytes in a page of a reader, at most. */
export const PAGE_ITEMS = 500
export const PAGE_BYTES = 4 * 1024 ** 2
