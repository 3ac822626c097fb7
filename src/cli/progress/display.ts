import type { View } from './view.ts'

/** An item that failed for good, or an attempt that will be made again. */
export interface Miss {
  readonly key: string
  /** The error on one line: its name and message. */
  readonly error: string
  readonly attempts: number
  readonly worker: string
}

/** What a run that begins says of itself. */
export interface Opening {
  readonly task: string
  readonly store: string | null
  /** All items; null where they are not counted yet. */
  readonly total: number | null
  /** Items that earlier runs did. */
  readonly before: number
  /** Whether all inputs were looked up; else `before` counts what the store holds. */
  readonly isExact: boolean
  /** Items that earlier runs failed at, and that are not tried again. */
  readonly failedBefore: number
  readonly workers: number
  readonly kind: string
}

/** Shows how a run goes on. */
export interface Display {
  /** How many failures were shown one by one. */
  readonly shown: number
  /** @param view - how it stands at this moment, whenever that is asked. */
  begin(opening: Opening, view: () => View): void
  retry(miss: Miss, delay: number): void
  failure(miss: Miss): void
  /** A line that a worker wrote. */
  log(worker: string, text: string): void
  /** That the run was told to stop, in a sentence. */
  stopping(sentence: string): void
  /** Ends the display; what it showed that was only for the moment is gone. */
  end(): void
}
