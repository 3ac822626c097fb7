/**
 * npm run bench -- [--short] [--only NAME,…] [--rounds N] [--json FILE] [--write-docs]
 *
 * Measures what manyhands promises, each figure with its peers in the same run, and says which targets are met. Nothing
 * here fails for being slow; it fails where an answer is wrong.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { FIGURES } from './figures.ts'
import { type Bench, type Figure, machine, quietness } from './harness/index.ts'
import { benchmarkPage, sectionText } from './report.ts'
import { type Result, storeResults, storedResults } from './results.ts'

const { values: options } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string' },
    json: { type: 'string' },
    'write-docs': { type: 'boolean', default: false },
  },
})
const names = options.only?.split(',')
const unknown = names?.filter((name) => !FIGURES.some((figure) => figure.name === name)) ?? []
if (unknown.length > 0) {
  console.error(`No benchmark ${unknown.join(', ')}; there are ${FIGURES.map(({ name }) => name).join(', ')}`)
  process.exit(2)
}

console.log(machine())
const results: Result[] = []
let failures = 0
for (const figure of FIGURES) {
  if (names && !names.includes(figure.name)) continue
  try {
    const result = await measure(figure)
    results.push(result)
    console.log(`\n== ${figure.name}: ${figure.title}\n\n${sectionText(result)}`)
  } catch (error) {
    failures++
    console.error(`\n== ${figure.name} failed:`, error)
  }
}
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(results, null, 1)}\n`)
if (options['write-docs']) {
  if (options.short) throw new Error('--short measures nothing worth writing down')
  storeResults(results)
  writeFileSync(fileURLToPath(new URL('../docs/benchmarks.md', import.meta.url)), benchmarkPage(FIGURES, storedResults()))
}
process.exitCode = failures > 0 ? 1 : 0

async function measure(figure: Figure): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'manyhands-bench-'))
  const skipped = new Map<string, string>()
  const others: number[] = []
  const bench: Bench = {
    short: options.short,
    folder,
    rounds: (count) => ({
      rounds: options.short ? 1 : Number(options.rounds ?? count),
      warmUps: options.short ? 0 : 1,
      onOthers: (used) => others.push(...used),
      onRound: (round, name) => {
        if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${figure.name}: round ${round}, ${name}`)
      },
    }),
    skip: (what, why) => void skipped.set(what, why),
  }
  try {
    const section = await figure.run(bench)
    // What short forms measure is the start of everything: no verdict.
    const verdicts = options.short ? [] : section.verdicts
    const day = new Date().toISOString().slice(0, 10)
    const quiet = quietness(others)
    return { name: figure.name, machine: machine(), day, quiet, ...section, verdicts, skipped: [...skipped].map(([what, why]) => `${what}: ${why}`) }
  } finally {
    if (process.stderr.isTTY) process.stderr.write('\r\u001B[K')
    rmSync(folder, { recursive: true, force: true })
  }
}
