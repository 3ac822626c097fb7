// What was measured last of each figure: bench/results.json, which docs/benchmarks.md is made from. So a figure can be
// measured again without the others.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Section } from './harness/index.ts'

export interface Result extends Section {
  readonly name: string
  readonly machine: string
  /** How quiet the machine was. */
  readonly quiet: string
  /** Day of the measurement. */
  readonly day: string
  /** Peers that were missing. */
  readonly skipped: readonly string[]
}

const FILE = fileURLToPath(new URL('results.json', import.meta.url))

export function storedResults(): Result[] {
  return existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Result[]) : []
}

/** Puts new results in the places of old ones of the same name. */
export function storeResults(results: readonly Result[]): void {
  const kept = storedResults().filter(({ name }) => !results.some((result) => result.name === name))
  writeFileSync(FILE, `${JSON.stringify([...kept, ...results], null, 1)}\n`)
}
