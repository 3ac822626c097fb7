import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Counter } from '../../../src/index.ts'
import {
  accessDetailIter,
  accessFilter,
  accessIter,
  accessLog,
  analysis,
  countPaths,
  localGzip,
  pathFilter,
  splitUrl,
} from '../../../src/recipes/access-log/index.ts'

/** The application's filter in access_analysis.py: pages below `/book/`. */
const isBook = (path: string): boolean => {
  const names = path.split('/').filter((name) => name !== '')
  return names[0] === 'book' && names.length > 1
}
const bookFilter = accessFilter(({ url }) => isBook(url.path))

// bench/peers of the data folder's sibling: the generator and the digests that every implementation must reproduce.
const generator = fileURLToPath(new URL('../../../../shared/bench/peers/gen_logs.py', import.meta.url))
const python = spawnSync('python3', ['--version']).status === 0
const skip = !python ? 'no python3' : existsSync(generator) ? false : `no ${generator}`
const SETS = [
  { name: 'tiny', options: ['--files', '2', '--lines', '2000'], digest: '9dcb7b3ba416' },
  { name: 'logs8x12k', options: ['--files', '8', '--lines', '12000'], digest: 'edeac2736e57' },
]

describe("the digests of Python's access_analysis.py", { skip }, () => {
  for (const { name, options, digest } of SETS) {
    it(name, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'manyhands-logs-'))
      try {
        assert.equal(spawnSync('python3', [generator, folder, ...options], { stdio: 'ignore' }).status, 0)
        const pattern = `${folder}/*.gz`
        assert.equal(digestOf(await analysis(pattern, bookFilter)), digest, 'by analysis')
        const stages = bookFilter(pathFilter(accessDetailIter(accessIter(localGzip(pattern)))))
        assert.equal(digestOf(await countPaths(stages)), digest, 'by the four stages')

        let summary = accessLog.reducer.zero()
        for await (const { path } of localGzip(pattern)) {
          summary = accessLog.reducer.merge(summary, await accessLog.task(path), path)
        }
        const { pages } = accessLog.toJSON(summary) as { pages: Record<string, number> }
        const books = Object.entries(pages).filter(([path]) => isBook(splitUrl(path).path))
        assert.equal(digestOf(new Counter(books)), digest, 'by the recipe')
      } finally {
        rmSync(folder, { recursive: true })
      }
    })
  }
})

/** The first 12 digits of the SHA-256 of what Python's `json.dumps(sorted(counts.items()))` gives. */
function digestOf(counts: Counter): string {
  const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : 1))
  const json = `[${sorted.map(([path, count]) => `[${JSON.stringify(path)}, ${count}]`).join(', ')}]`
  return createHash('sha256').update(json).digest('hex').slice(0, 12)
}
