/** The samples of one contender, one for each round. */
export class Measured {
  readonly name: string
  readonly samples: Readonly<Record<string, number | string>>[] = []
  /** Why it is out. */
  error: string | undefined

  constructor(name: string) {
    this.name = name
  }

  values(metric: string): number[] {
    return this.samples.map((sample) => sample[metric]).filter((value) => typeof value === 'number')
  }

  median(metric: string): number {
    return median(this.values(metric))
  }

  spread(metric: string): readonly [number, number] {
    const values = this.values(metric)
    return [Math.min(...values), Math.max(...values)]
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b)
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return low === undefined || high === undefined ? NaN : (low + high) / 2
}

/** How many times as much `a` is as `b`: the median of the ratios of rounds, since a round's noise is common to both. */
export function ratio(a: Measured | undefined, b: Measured | undefined, metric: string, metricOfB: string = metric): number {
  if (!a || !b || a.error !== undefined || b.error !== undefined) return NaN
  const others = b.values(metricOfB)
  return median(a.values(metric).map((value, round) => value / (others[round] ?? NaN)))
}
