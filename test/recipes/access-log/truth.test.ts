import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { type LogReport, logReport } from '../../../src/recipes/access-log/log-report.ts'
import { tallyLog } from '../../../src/recipes/access-log/scan-log.ts'
import { publicData } from './public-data.ts'

// TRUTH/logs.json was made by Python's regular expressions, which share no code with the scanner.
interface Truth {
  bytes: number
  gzip: boolean
  gzip_error: string | null
  bytes_raw: number
  lines: number
  blank: number
  combined: number
  common: number
  malformed: number
  odd_request: number
  status: Record<string, number>
  methods: Record<string, number>
  size_sum: number
  hosts: number
  paths: number
  hours: number
  paths_sha256: string
  top_paths: [string, number][]
  /** The first 20. */
  malformed_lines: number[]
}

// Files of which a report says more than the truth does: they are no logs.
const PACKED = /\.bz2$|double_gz/

const { folder, skip } = publicData('TRUTH/logs.json')

describe('scanLog agrees with the truth file', { skip }, () => {
  const truth = skip ? {} : (JSON.parse(readFileSync(`${folder}/TRUTH/logs.json`, 'utf8')) as Record<string, Truth>)
  for (const [name, expected] of Object.entries(truth)) {
    it(name, { skip: existsSync(`${folder}/logs/${name}`) ? false : 'not in the data folder' }, async () => {
      const { tally, facts } = await tallyLog(`${folder}/logs/${name}`)
      const report = logReport(tally, facts)
      // The truth names paths one character a byte.
      const paths = tally.paths.entries((bytes) => bytes.toString('latin1'))
      assert.deepEqual(
        { ...facts, problem: report.problem !== null, ...figures(report, paths) },
        {
          size: expected.bytes,
          gzip: expected.gzip,
          raw: expected.bytes_raw,
          problem: expected.gzip_error !== null || PACKED.test(name),
          lines: expected.lines,
          blank: expected.blank,
          parsed: expected.combined + expected.common,
          combined: expected.combined,
          common: expected.common,
          malformed: expected.malformed,
          malformedLines: expected.malformed_lines,
          oddRequests: expected.odd_request,
          statuses: expected.status,
          methods: expected.methods,
          bytes: expected.size_sum,
          hosts: expected.hosts,
          hours: expected.hours,
          paths: expected.paths,
          topPaths: expected.top_paths,
          pathsSha256: expected.paths_sha256,
          bounds: {},
        },
      )
    })
  }
})

function figures(report: LogReport, paths: [string, number][]): object {
  const byCount = paths.toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  const byName = paths.toSorted((a, b) => (a[0] < b[0] ? -1 : 1))
  const listed = Buffer.from(byName.map(([path, count]) => `${path}\t${count}\n`).join(''), 'latin1')
  const { lines, blank, parsed, combined, common, malformed, oddRequests, bytes, bounds } = report
  return {
    lines,
    blank,
    parsed,
    combined,
    common,
    malformed,
    oddRequests,
    bytes,
    bounds,
    malformedLines: report.samples.map(({ line }) => line),
    statuses: Object.fromEntries(report.statuses),
    methods: Object.fromEntries(report.methods),
    hosts: report.hosts.length,
    hours: report.hours.length,
    paths: report.paths.length,
    topPaths: byCount.slice(0, 5),
    pathsSha256: createHash('sha256').update(listed).digest('hex'),
  }
}
