/** All that a display of progress shows of a run at one moment. */
export interface View {
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Milliseconds since the run began. */
  readonly elapsed: number
  /** All items; null until they are counted. */
  readonly total: number | null
  /** Items that earlier runs did. */
  readonly before: number
  readonly done: number
  readonly failed: number
  /** Attempts that failed and were made again. */
  readonly retried: number
  /** Items a second in this run. */
  readonly rate: number
  /** Milliseconds; undefined while nobody can know. */
  readonly eta: number | undefined
  /** What the workers have in hand. */
  readonly working: readonly { readonly worker: string; readonly item: string; readonly since: number }[]
  /** That the run is stopping, in a word. */
  readonly stopping: string | undefined
}
