export type Kind = 'thread' | 'process'

/** How many items a second so many workers do. */
export interface Measurement {
  readonly kind: Kind
  readonly workers: number
  readonly rate: number
}

/** What `manyhands tune` found out. */
export interface Tuning {
  readonly items: number
  /** How many calls a measurement took; where that is more than there are items, each was used several times. */
  readonly sample: number
  readonly processors: number
  readonly measured: readonly Measurement[]
  /** What to use. */
  readonly best: Measurement
}

/** What is less than this is no gain: measurements differ by as much. */
const GAIN = 1.05

/** How many workers to try next; undefined when two steps in a row brought nothing, or there may be no more. */
export function worthTrying(measured: readonly Measurement[], max: number): number | undefined {
  const last = measured.at(-1)
  if (last === undefined || last.workers >= max) return undefined
  const before = measured.slice(0, -2)
  const best = Math.max(...before.map(({ rate }) => rate))
  if (before.length > 0 && measured.slice(-2).every(({ rate }) => rate < best * GAIN)) return undefined
  return Math.min(max, Math.max(last.workers + 1, Math.round(last.workers * 1.25)))
}

/**
 * The fewest workers that do about as much as any number does; of the kind process where threads are no faster, because
 * processes survive more.
 */
export function recommend(measured: readonly Measurement[]): Measurement {
  const top = Math.max(...measured.map(({ rate }) => rate))
  const good = measured.filter(({ rate }) => rate * GAIN >= top)
  const fewest = (kind: Kind): Measurement | undefined => {
    return good.filter((each) => each.kind === kind).sort((a, b) => a.workers - b.workers)[0]
  }
  const best = fewest('process') ?? fewest('thread')
  if (best === undefined) throw new TypeError('Nothing was measured')
  return best
}
