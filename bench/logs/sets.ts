// Sets of logs, made by ../peers/gen_logs.py: the same bytes everywhere. They are kept in tmp/ of the repository.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync, globSync, renameSync, rmSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { type Bench, PEERS, has } from '../harness/index.ts'

export interface LogSet {
  readonly name: string
  readonly folder: string
  readonly files: readonly string[]
  /** Bytes of text in them. */
  readonly raw: number
  readonly lines: number
  /** Of the counts of book pages: what every implementation must reproduce. */
  readonly digest: string
}

const SETS = {
  tiny: { files: 2, lines: 2000, raw: 848_368, digest: '9dcb7b3ba416' },
  logs8x12k: { files: 8, lines: 12_000, raw: 20_333_601, digest: 'edeac2736e57' },
  logs8x60k: { files: 8, lines: 60_000, raw: 101_737_181, digest: '31568a2d9d5f' },
}
const DATA = fileURLToPath(new URL('../../tmp/bench-logs', import.meta.url))

/** A set of logs; undefined where there is no Python to make it. */
export function logSet(bench: Bench, name: keyof typeof SETS): LogSet | undefined {
  const { files, lines, raw, digest } = SETS[name]
  const folder = `${DATA}/${name}`
  if (!existsSync(folder)) {
    if (!has(bench, 'python3')) return undefined
    const fresh = `${folder}-${process.pid}`
    const args = [`${PEERS}/gen_logs.py`, fresh, '--files', String(files), '--lines', String(lines)]
    const { status, stderr } = spawnSync('python3', args, { encoding: 'utf8' })
    if (status !== 0) throw new Error(stderr)
    renameSync(fresh, folder)
  }
  return { name, folder, files: globSync(`${folder}/*.gz`).sort(), raw, lines: files * lines, digest }
}

/** One gzip file with the set's logs so many times over, as members. */
export async function repeatedLog(set: LogSet, times: number, path: string): Promise<void> {
  rmSync(path, { force: true })
  for (let i = 0; i < times; i++) {
    for (const file of set.files) await pipeline(createReadStream(file), createWriteStream(path, { flags: 'a' }))
  }
}

/** The first 12 digits of the SHA-256 of Python's `json.dumps(sorted(counts.items()))`. */
export function digestOf(counts: Iterable<readonly [string, number]>): string {
  const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : 1))
  const json = `[${sorted.map(([path, count]) => `[${JSON.stringify(path)}, ${count}]`).join(', ')}]`
  return createHash('sha256').update(json).digest('hex').slice(0, 12)
}

/** What access_analysis.py counts: pages below `/book/`. */
export function isBook(path: string): boolean {
  const names = path.split('/').filter((name) => name !== '')
  return names[0] === 'book' && names.length > 1
}

/** @throws when the digest is not the expected one. */
export function checkDigest(who: string, { name, digest: expected }: LogSet, digest: string): void {
  if (digest !== expected) throw new Error(`${who} gives ${digest} for ${name}, not ${expected}`)
}
