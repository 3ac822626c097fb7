import { Measured, median } from './measured.ts'
import { watchOthers } from './others.ts'

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
  /** Hears how many processors others used in each round that counts. */
  readonly onOthers?: ((others: readonly number[]) => void) | undefined
}

/** Others may use so much of a processor in a round that counts as quiet. */
const QUIET = 0.2

/**
 * Runs all entries in turn, round after round, in both directions: A B C, C B A, … Whatever else the machine does then
 * does it to all of them. Where it was not quiet there are up to twice as many rounds, and the quietest count. An entry
 * that fails is out, and its error says why.
 */
export async function alternate(entries: readonly Entry[], options: AlternateOptions): Promise<Measured[]> {
  const { rounds, warmUps = 1, onRound, onOthers } = options
  const measured = entries.map(({ name }) => new Measured(name))
  const others: number[] = []
  for (let round = -warmUps; round < 2 * rounds; round++) {
    if (round >= rounds && quietest(others, rounds).every((each) => !(each > QUIET))) break
    const turn = [...entries.keys()]
    if (round % 2 !== 0) turn.reverse()
    const used = watchOthers()
    for (const index of turn) {
      const [entry, result] = [entries[index], measured[index]]
      if (!entry || !result || result.error !== undefined) continue
      onRound?.(round, entry.name)
      await runOnce(entry, result, round >= 0)
    }
    if (round >= 0) others.push(used())
  }
  keepQuietest(measured, others, rounds)
  onOthers?.(quietest(others, rounds))
  return measured
}

async function runOnce(entry: Entry, result: Measured, counts: boolean): Promise<void> {
  try {
    const sample = await entry.run()
    if (counts) result.samples.push(sample)
  } catch (error) {
    // A peer may fail, and its row says so. We may not.
    if (entry.name.startsWith('manyhands')) throw error
    result.error = error instanceof Error ? error.message : String(error)
  }
}

function quietest(others: readonly number[], rounds: number): number[] {
  return [...others].sort((a, b) => a - b).slice(0, rounds)
}

function keepQuietest(measured: readonly Measured[], others: readonly number[], rounds: number): void {
  const limit = quietest(others, rounds).at(-1) ?? NaN
  if (others.length <= rounds || Number.isNaN(limit)) return
  for (const each of measured) {
    const kept = each.samples.filter((_, round) => (others[round] ?? NaN) <= limit)
    each.samples.splice(0, each.samples.length, ...kept.slice(0, rounds))
  }
}

/** A sentence on how quiet the machine was. */
export function quietness(others: readonly number[]): string {
  const [middle, most] = [median(others), Math.max(...others)]
  if (!Number.isFinite(middle)) return ''
  return `Other programs used ${middle.toFixed(1)} processors meanwhile (median of the rounds; at most ${most.toFixed(1)}).`
}
