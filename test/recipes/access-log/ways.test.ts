// Through a pool: the map-reduce of S4-12, and the ways to cut its work of S4-31, which all give one answer.
import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Counter, Pool } from 'manyhands'
import {
  accessDetailIter,
  accessIter,
  accessLog,
  analysis,
  localGzip,
  logReducer,
  scanLog,
} from 'manyhands/recipes/access-log'
import { countAccesses, countDetails, countLines, parse } from '../../fixtures/tasks/access-log-ways.ts'

const LOGS = fileURLToPath(new URL('../../../examples/access-log/logs', import.meta.url))
const FILES = globSync(`${LOGS}/*`).sort()

for (const kind of ['thread', 'process'] as const) {
  describe(`in a pool of kind ${kind}`, () => {
    let pool = new Pool({ workers: 2, kind })
    before(() => {
      pool = new Pool({ workers: 2, kind })
    })
    after(() => pool.terminate())

    it('the recipe gives the summary of a serial run', async () => {
      const serial = logReducer.zero()
      for (const file of FILES) logReducer.merge(serial, await scanLog(file), file)
      const summary = logReducer.zero()
      const reports = await pool.map(scanLog, FILES)
      for (const [i, report] of reports.entries()) logReducer.merge(summary, report, FILES[i] ?? '')
      assert.ok(serial.totals.lines > 36_000)
      assert.equal(JSON.stringify(accessLog.toJSON(summary)), JSON.stringify(accessLog.toJSON(serial)))
      assert.equal(accessLog.report(summary), accessLog.report(serial))
    })

    it('every way to cut the work gives the counts of a serial run', async () => {
      const serial = new Counter()
      for (const file of FILES) serial.update(await analysis(file))
      const stages = accessDetailIter(accessIter(localGzip(FILES)))
      const ways = {
        'per file': pool.imapUnordered(analysis, FILES),
        'per opened file': pool.imapUnordered(countLines, lines()),
        'per sequence of Access': pool.imapUnordered(countAccesses, accessIter(localGzip(FILES)).batches()),
        'per sequence of AccessDetails': pool.imapUnordered(countDetails, stages.batches()),
        'parsing and analysing as two maps': pool.imapUnordered(countDetails, pool.imap(parse, FILES)),
      }
      for (const [way, results] of Object.entries(ways)) {
        const counts = new Counter()
        for await (const result of results) {
          assert.ok(result instanceof Counter, 'a Counter comes back as a Counter')
          counts.update(result)
        }
        assert.deepEqual(sorted(counts), sorted(serial), way)
      }
    })
  })
}

async function* lines(): AsyncGenerator<string[]> {
  for await (const log of localGzip(FILES)) {
    const whole: string[] = []
    for await (const line of log) whole.push(line)
    yield whole
  }
}

function sorted(counts: Counter): [string, number][] {
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1))
}
