import type { Entry } from './batch.ts'
import type { RawAttempt, RunRecord, StoreFacts } from '../store/outcome.ts'

/** What a run does with its outcomes: into a file through a writer, or into memory. */
export interface Recorder {
  /** What was known before this run; undefined for a new store and for memory. */
  readonly facts: StoreFacts | undefined
  /** Whether the task's code changed since results were stored. */
  readonly isChanged: boolean
  /** Whether no item is known, so that nobody needs to ask. */
  readonly isEmpty: boolean
  /** How often outcomes were saved. */
  readonly saves: number
  /** Whether it takes another outcome. When not, `onRoom` tells when it does again. */
  hasRoom(): boolean
  begin(root: string | undefined, run: RunRecord): void
  /** How items stand to what is known. */
  check(keys: readonly string[], fingerprints: readonly (string | null)[] | null): Promise<Uint8Array>
  /** The text that stands for a value, where values are kept as text. */
  encode(value: unknown): string | null
  add(entry: Entry, value: unknown): void
  addTry(attempt: RawAttempt): void
  /** Records how the run stands. */
  note(run: RunRecord): void
  /** Saves what waits as soon as can be. */
  flush(): void
  /** Saves all that waits, records how the run ended, and closes. */
  end(run: RunRecord): Promise<void>
  /** Saves what waits and closes, where the run did not get to its end. */
  abandon(): Promise<void>
}

/** What a run wants to hear of its recorder. */
export interface RecorderEvents {
  /** So many items are on disk; which ones, for those who ask. */
  readonly onSaved: (count: number, keys: () => readonly string[]) => void
  readonly onRoom: () => void
  readonly onWarning: (code: string, message: string) => void
  /** Nothing more can be saved. */
  readonly onError: (error: Error) => void
}
