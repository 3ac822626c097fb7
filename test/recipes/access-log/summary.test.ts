import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import {
  type LogReport,
  type LogSummary,
  accessLog,
  logReducer,
  mergeSummaries,
  scanLog,
} from '../../../src/recipes/access-log/index.ts'
import { random } from '../../fixtures/random.ts'
import { madeLog } from './made-logs.ts'

const folder = mkdtempSync(join(tmpdir(), 'manyhands-summary-'))
after(() => rmSync(folder, { recursive: true }))

const FILES = Array.from({ length: 24 }, (_, i) => `log-${i}`)

function summaryOf(reports: Iterable<readonly [string, LogReport]>): LogSummary {
  let summary = logReducer.zero()
  for (const [path, report] of reports) summary = logReducer.merge(summary, report, path)
  return summary
}

const shown = (summary: LogSummary): string[] => [accessLog.report(summary), JSON.stringify(accessLog.toJSON(summary))]

describe('the summary of logs', () => {
  const exact: [string, LogReport][] = []
  const trimmed: [string, LogReport][] = []
  before(async () => {
    for (const [i, name] of FILES.entries()) {
      const path = join(folder, name)
      writeFileSync(path, Buffer.from(madeLog(i + 1, 100), 'latin1'))
      exact.push([name, await scanLog(path)])
      trimmed.push([name, await scanLog(path, { keep: 3 })])
    }
  })

  it('is the same in any order and from any split', () => {
    for (const reports of [exact, trimmed]) {
      const serial = shown(summaryOf(reports))
      const next = random(17)
      for (let round = 0; round < 25; round++) {
        const parts = reports.map((report) => summaryOf([report]))
        while (parts.length > 1) {
          const [a] = parts.splice(Math.floor(next() * parts.length), 1)
          const [b] = parts.splice(Math.floor(next() * parts.length), 1)
          assert.ok(a && b)
          parts.push(mergeSummaries(a, b))
        }
        assert.deepEqual(shown(parts[0] ?? logReducer.zero()), serial)
      }
    }
  })

  it('does not change the reports it is made of, which survive JSON', () => {
    const copy = structuredClone(exact)
    summaryOf(exact)
    assert.deepEqual(exact, copy)
    assert.deepEqual(JSON.parse(JSON.stringify(exact)), exact)
  })

  it('adds up: every parsed line has a status, a host, an hour; every well-formed request a path', () => {
    const summary = summaryOf(exact)
    const { totals } = summary
    for (const field of ['statuses', 'hosts', 'hours'] as const) {
      assert.equal(summary[field].total(), totals.parsed, field)
    }
    for (const field of ['paths', 'methods'] as const) {
      assert.equal(summary[field].total(), totals.parsed - totals.oddRequests, field)
    }
    assert.equal(summary.agents.total(), totals.combined)
    assert.equal(totals.parsed, totals.combined + totals.common)
    assert.equal(totals.lines, totals.parsed + totals.malformed + totals.blank)
    assert.deepEqual(summary.bounds, {})
  })

  it('of reports that keep few names stays within its bounds', () => {
    const truth = summaryOf(exact)
    const summary = summaryOf(trimmed)
    assert.deepEqual(summary.totals, truth.totals)
    assert.deepEqual(summary.statuses, truth.statuses)
    for (const field of ['paths', 'hosts', 'agents'] as const) {
      const { error, dropped } = summary.bounds[field] ?? { error: 0, dropped: 0 }
      assert.ok(error > 0, field)
      assert.equal(summary[field].total() + dropped, truth[field].total())
      for (const [name, exactly] of truth[field]) {
        const short = exactly - summary[field].count(name)
        assert.ok(short >= 0 && short <= error, `${field} ${name}`)
      }
    }
    assert.equal(summary.bounds.hours, undefined)
    assert.match(accessLog.report(summary), /paths: rare ones left out, no count short by over \d/)
  })

  it('keeps the first malformed lines by path and line', () => {
    const { samples } = summaryOf(exact)
    assert.equal(samples.length, 20)
    assert.deepEqual([...new Set(samples.map(({ path }) => path))][0], 'log-0')
  })
})
