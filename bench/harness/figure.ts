import type { AlternateOptions } from './alternate.ts'

/** What a benchmark finds out. */
export interface Section {
  /** Tables, in order; plain text. */
  readonly tables: readonly Table[]
  readonly verdicts: readonly Verdict[]
  /** Sentences below the tables. */
  readonly notes?: readonly string[]
}

export interface Table {
  readonly caption?: string
  /** The first column is to the left, the others to the right. */
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** A target and what came out. */
export interface Verdict {
  readonly what: string
  readonly target: string
  /** What was measured, in words: `12.3 x`. Empty where a peer is missing. */
  readonly measured: string
  /** Undefined where a peer is missing. */
  readonly isMet: boolean | undefined
}

/** How a benchmark is run. */
export interface Bench {
  /** Small amounts, one round: to see that all works. Its figures mean nothing. */
  readonly short: boolean
  /** As many rounds as were asked for, fewer in short form. */
  rounds(count: number): Pick<AlternateOptions, 'rounds' | 'warmUps' | 'onRound' | 'onOthers'>
  /** A folder that is removed at the end. */
  readonly folder: string
  /** Says that a peer is missing. */
  skip(what: string, why: string): void
}

/** One benchmark of the list. */
export interface Figure {
  /** For `--only`. */
  readonly name: string
  readonly title: string
  /** What is measured and how, in a few sentences. */
  readonly text: string
  readonly run: (bench: Bench) => Promise<Section>
}

/** At least so much, or at most. A ratio that is not a number has no verdict. */
export function verdict(what: string, target: string, value: number, isMet: boolean, measured: string): Verdict {
  return Number.isNaN(value) ? { what, target, measured: 'not measured', isMet: undefined } : { what, target, measured, isMet }
}

export function atLeast(what: string, value: number, least: number, unit = ' ×'): Verdict {
  return verdict(what, `≥ ${number(least)}${unit}`, value, value >= least, `${number(value)}${unit}`)
}

export function atMost(what: string, value: number, most: number, unit = ' ×'): Verdict {
  return verdict(what, `≤ ${number(most)}${unit}`, value, value <= most, `${number(value)}${unit}`)
}

/** A number for people: three digits that count, thousands and millions in words. */
export function number(value: number): string {
  const size = Math.abs(value)
  if (!Number.isFinite(value)) return '–'
  if (size >= 999_500) return `${number(value / 1e6)} M`
  if (size >= 100) return Math.round(value).toLocaleString('en').replaceAll(',', ' ')
  return String(Number(value.toPrecision(size < 1 ? 2 : 3)))
}
