import { Measured } from './measured.ts'

/** One of those that are compared. */
export interface Entry {
  readonly name: string
  /** One round: what it measured. */
  readonly run: () => Promise<Readonly<Record<string, number | string>>>
}

export interface AlternateOptions {
  readonly rounds: number
  /** Rounds that are not counted, for programs that are measured warm. @default 1 */
  readonly warmUps?: number | undefined
  /** Hears which round is running. */
  readonly onRound?: ((round: number, name: string) => void) | undefined
}

/**
 * Runs all entries in turn, round after round, in both directions: A B C, C B A, … Whatever else the machine does then
 * does it to all of them. An entry that fails is out, and its error says why.
 */
export async function alternate(entries: readonly Entry[], options: AlternateOptions): Promise<Measured[]> {
  const { rounds, warmUps = 1, onRound } = options
  const measured = entries.map(({ name }) => new Measured(name))
  for (let round = -warmUps; round < rounds; round++) {
    const turn = [...entries.keys()]
    if (round % 2 !== 0) turn.reverse()
    for (const index of turn) {
      const [entry, result] = [entries[index], measured[index]]
      if (!entry || !result || result.error !== undefined) continue
      onRound?.(round, entry.name)
      try {
        const sample = await entry.run()
        if (round >= 0) result.samples.push(sample)
      } catch (error) {
        // A peer may fail, and its row says so. We may not.
        if (entry.name.startsWith('manyhands')) throw error
        result.error = error instanceof Error ? error.message : String(error)
      }
    }
  }
  return measured
}
