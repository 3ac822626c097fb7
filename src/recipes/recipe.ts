/** How the values of a run's items merge into one, by any split of the items and in any order. */
export interface RecipeReducer<Value, Reduced> {
  /** A new value to merge into: that of no items. */
  zero(): Reduced
  /** Takes one item's value in; it may change `reduced` and gives it back. `key` is the item's, as the run names it. */
  merge(reduced: Reduced, value: Value, key: string): Reduced
}

/** How a recipe shows its result. */
export interface ReportOptions {
  /**
   * How many entries of each list to show.
   *
   * @default 10 in text; all in JSON
   */
  readonly top?: number | undefined
  /**
   * Columns that the text may use, at least 60.
   *
   * @default 80
   */
  readonly width?: number | undefined
}

/**
 * A ready task with its reducer and report: what `manyhands run NAME` and `manyhands report` work with.
 *
 * A recipe is built only of what a user can import, so that one can be written outside the package as well.
 */
export interface Recipe<Value, Reduced> {
  readonly name: string
  /** One line, for `manyhands --help`. */
  readonly description: string
  /** Made by `task()`; takes the path of one input. Its value is plain data, because it is stored for each item. */
  readonly task: (path: string) => Promise<Value>
  /** How the files of a folder are chosen: those with one of these extensions; all files when the list is empty. */
  readonly extensions: readonly string[]
  readonly reducer: RecipeReducer<Value, Reduced>
  /** The result as text for a terminal or a file, ending in a line end. */
  report(reduced: Reduced, options?: ReportOptions): string
  /** The result as an object for `JSON.stringify`. */
  toJSON(reduced: Reduced, options?: ReportOptions): object
}
