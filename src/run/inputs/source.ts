/** One input of a run. */
export interface Item<V = unknown> {
  /** Its identity: what the store remembers it by. */
  readonly key: string
  /** What the task gets. */
  readonly value: V
  /** What tells whether its content changed since it was done; undefined where nothing does. */
  readonly fingerprint?: string | undefined
}

/** What a run tells its inputs before it asks for them. */
export interface Place {
  /** The folder that keys of files were relative to in earlier runs of this store; undefined for a new store. */
  readonly root: string | undefined
  /** Files that are never inputs: the store's own. */
  readonly exclude: ReadonlySet<string>
  /** Says something that is no error, such as a pattern that matched nothing. */
  readonly warn: (message: string) => void
}

/** Inputs as they are read in one run. */
export interface OpenSource<V = unknown> {
  /** The folder that keys are relative to; undefined where keys are no paths. */
  readonly root: string | undefined
  /** Whether no key can come twice, so that nobody has to look for it. */
  readonly isUnique: boolean
  /** How many there are, where that is known or found out while the run goes on. */
  readonly total: number | undefined | Promise<number | undefined>
  readonly items: Iterable<Item<V>> | AsyncIterable<Item<V>>
}

/** Where the inputs of a run come from: what `files()`, `paths()` and `inputs()` give. Nothing is read before the run asks. */
export interface Source<V = unknown> {
  /**
   * Finds out what there is to find out at once.
   *
   * @throws {@link InputError} when there is nothing to read from.
   */
  open(place: Place): OpenSource<V> | Promise<OpenSource<V>>
}

/** Whether something is a {@link Source}, and not just anything that can be iterated. */
export function isSource(value: unknown): value is Source {
  return (
    typeof value === 'object' &&
    value !== null &&
    'open' in value &&
    typeof value.open === 'function' &&
    !(Symbol.iterator in value)
  )
}
