// Every benchmark runs in its short form; there each checks its answers (digests, sums, values), and nothing is timed.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, it } from 'node:test'
import { FIGURES } from '../../bench/figures.ts'
import { lockfileProblems } from '../../scripts/lint/lockfile.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const page = `${root}docs/benchmarks.md`

function bench(...args: string[]) {
  return spawnSync(process.execPath, ['bench/main.ts', ...args], { cwd: root, encoding: 'utf8' })
}

describe('benchmarks in their short form', { concurrency: 2 }, () => {
  // The two that need neither npm nor minutes; CI runs `npm run bench -- --short` for all.
  for (const name of ['logs-scaling', 'run-million']) {
    it(name, () => {
      const { status, stdout, stderr } = bench('--short', '--only', name)
      assert.equal(status, 0, stderr)
      assert.match(stdout, new RegExp(`== ${name}: `))
    })
  }

  it('a name that is not there is answered with those that are', () => {
    const { status, stderr } = bench('--only', 'nothing')
    assert.equal(status, 2)
    for (const { name } of FIGURES) assert.ok(stderr.includes(name), name)
  })
})

it('the page of benchmarks has every figure', { skip: !existsSync(page) }, () => {
  const text = readFileSync(page, 'utf8')
  for (const { name } of FIGURES) assert.ok(text.includes(`npm run bench -- --only ${name}\``), name)
})

it("the peers' lock file works with any registry", () => {
  assert.deepEqual(lockfileProblems(JSON.parse(readFileSync(`${root}bench/peers/package-lock.json`, 'utf8'))), [])
})
