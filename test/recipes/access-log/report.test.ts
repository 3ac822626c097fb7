import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { type LogJson, type LogSummary, accessLog } from '../../../src/recipes/access-log/index.ts'
import { columnsOf, inBytes, percent } from '../../../src/recipes/access-log/text.ts'
import { recipes } from '../../../src/recipes/index.ts'
import { madeLog } from './made-logs.ts'

const folder = mkdtempSync(join(tmpdir(), 'manyhands-report-'))
after(() => rmSync(folder, { recursive: true }))

async function summaryOf(files: Record<string, string | Buffer>): Promise<LogSummary> {
  let summary = accessLog.reducer.zero()
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, 'log'), content)
    summary = accessLog.reducer.merge(summary, await accessLog.task(join(folder, 'log')), name)
  }
  return summary
}

function line(host: string, hour: number, request: string, status = 200): string {
  const time = `0${1 + (hour % 3)}/Jun/2012:${String(hour).padStart(2, '0')}:17:55 -0400`
  return `${host} - - [${time}] "${request}" ${status} 1500000 "-" "curl/7.1"\n`
}

const SITE = [
  ...Array.from({ length: 24 }, (_, i) => line('203.0.113.9', i, 'GET /book/a?b HTTP/1.1')),
  ...Array.from({ length: 6 }, () => line('198.51.100.7', 9, 'GET /favicon.ico HTTP/1.1', 404)),
  line('198.51.100.7', 9, '-', 408),
  '\nnonsense\n',
].join('')

const PAGE = `\
Access logs: 2 files, 5.9 KB of text, 3 KB on disk
2012-06-01 00:00 to 2012-06-03 23:00, as logged

       66 lines
       62 parsed     62 combined
        2 malformed  3.0 %
        2 blank
  88.7 MB sent

Status
  200 OK                     48  77.4 %  ███████████████████
  404 Not Found              12  19.4 %  ████▊
  408 Request Timeout         2   3.2 %  ▊

Methods
  60  96.8 %  GET

Pages (14 requests for other things left out)
  48  77.4 %  /book/a

Hosts
  48  77.4 %  203.0.113.9
  14  22.6 %  198.51.100.7

User agents
  62 100.0 %  curl/7.1

Requests per day
  2012-06-01 30  ███████████████████████████████████████████
  2012-06-02 16  ██████████████████████▉
  2012-06-03 16  ██████████████████████▉

Requests per hour of the day
  ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁██▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁
  00          06          12          18
  most at 09:00: 16

Files, 1 with problems first
  lines  malformed     sent  file
     33          1  44.3 MB  logs/cut.log.gz
    ! gzip cut short; counted as far as it goes
     33          1  44.3 MB  site.log

Malformed lines, the first 2 of 2 (3.0 %)
  logs/cut.log.gz:33
    nonsense
  site.log:33
    nonsense
`

describe('the text report', () => {
  it('reads as a page', async () => {
    const summary = await summaryOf({ 'site.log': SITE, 'logs/cut.log.gz': gzipSync(SITE).subarray(0, -9) })
    // How well a zlib compresses is its own affair.
    const text = accessLog.report(summary, { width: 60 }).replace(/[\d.]+ KB on disk/, '3 KB on disk')
    assert.equal(text, PAGE)
  })

  it('keeps to its columns and shows nothing that a terminal would obey', async () => {
    const names = [
      '\x1b[31m',
      '\x1b]0;title\x07',
      '\u202eevil',
      '\u200b',
      '漢字'.repeat(60),
      'e\u0301'.repeat(80),
      'x'.repeat(3000),
    ]
    const files = Object.fromEntries(
      names.map((name, i) => [
        `${name}/${i}.log`,
        [line(name, i, `GET /${name} HTTP/1.1`), `${name} malformed\n`, line(`h${i}`, 1, `${name} / HTTP/1.1`)].join(
          '',
        ),
      ]),
    )
    const made = Buffer.from(madeLog(3, 300), 'latin1')
    const summary = await summaryOf({ ...files, made, cut: gzipSync('x'.repeat(99)).subarray(0, 20) })
    for (const width of [1, 60, 80, 133]) {
      const text = accessLog.report(summary, { width, top: 50 })
      for (const row of text.split('\n')) {
        assert.ok(columnsOf(row) <= Math.max(60, width), `${width}: ${row}`)
        assert.equal(row, row.trimEnd())
        assert.doesNotMatch(row, /[\p{Cc}\p{Cf}]/u)
      }
    }
  })

  it('shows as many entries as asked for, and how many there are more', async () => {
    const requests = Array.from({ length: 30 }, (_, i) => line(`h${i}`, 1, `GET /p${i} HTTP/1.1`)).join('')
    const text = accessLog.report(await summaryOf({ log: requests }), { top: 4 })
    assert.equal(text.match(/ {2}\/p\d+$/gm)?.length, 4)
    assert.match(text, /and 26 more/)
  })

  it('charts days, weeks, months or years, whichever fit', async () => {
    const days = (n: number): Promise<LogSummary> =>
      summaryOf({
        log: Array.from({ length: n }, (_, i) => {
          const date = new Date(Date.UTC(2012, 0, 1 + i)).toUTCString().split(' ')
          return line('h', 1, 'GET / HTTP/1.1').replace('02/Jun/2012', `${date[1]}/${date[2]}/${date[3]}`)
        }).join(''),
      })
    const charts = [
      [1, 'day', 1],
      [31, 'day', 31],
      [32, 'week', 6],
      [300, 'month', 10],
      [2000, 'year', 6],
    ] as const
    for (const [n, title, rows] of charts) {
      const chart =
        accessLog
          .report(await days(n))
          .split('\n\n')
          .find((part) => part.startsWith('Requests per')) ?? ''
      assert.ok(chart.startsWith(`Requests per ${title}`), chart)
      assert.equal(chart.split('\n').length - 1, rows, title)
    }
  })

  it('of nothing is short', async () => {
    const counts = '    0 lines\n    0 parsed\n    0 malformed\n    0 blank\n  0 B sent\n'
    assert.equal(accessLog.report(accessLog.reducer.zero()), `Access logs: 0 files, 0 B\n\n${counts}`)
    assert.match(accessLog.report(await summaryOf({ empty: '' })), /^Access logs: 1 file, 0 B\n/)
  })
})

describe('the JSON report', () => {
  it('has every count by its name', async () => {
    const summary = await summaryOf({ 'site.log': SITE })
    const json = JSON.parse(JSON.stringify(accessLog.toJSON(summary))) as LogJson
    assert.deepEqual([json.lines, json.parsed, json.malformed, json.blank, json.bytes], [33, 31, 1, 1, 46_500_000])
    assert.deepEqual(json.statuses, { 200: 24, 404: 6, 408: 1 })
    assert.deepEqual(json.methods, { GET: 30 })
    assert.deepEqual(json.paths, { '/book/a': 24, '/favicon.ico': 6 })
    assert.deepEqual(json.pages, { '/book/a': 24 })
    assert.deepEqual(json.hosts, { '203.0.113.9': 24, '198.51.100.7': 7 })
    assert.deepEqual(json.agents, { 'curl/7.1': 31 })
    assert.deepEqual(json.days, { '2012-06-01': 15, '2012-06-02': 8, '2012-06-03': 8 })
    assert.equal(json.hours['2012-06-01T09'], 8)
    assert.equal(Object.keys(json.hours).length, 24)
    assert.deepEqual(json.distinct, { paths: 2, pages: 1, hosts: 2, agents: 1 })
    assert.deepEqual(json.samples, [{ path: 'site.log', line: 33, text: 'nonsense' }])
    assert.deepEqual(
      json.files.map(({ path, lines: n, problem }) => [path, n, problem]),
      [['site.log', 33, null]],
    )
  })

  it('shortens the long lists when asked to', async () => {
    const json = accessLog.toJSON(await summaryOf({ log: SITE }), { top: 1 }) as LogJson
    assert.deepEqual([json.paths, json.hosts], [{ '/book/a': 24 }, { '203.0.113.9': 24 }])
    assert.deepEqual(json.distinct.paths, 2)
    assert.deepEqual(json.statuses, { 200: 24, 404: 6, 408: 1 })
  })

  it('keeps names that JavaScript would take for its own', async () => {
    const log = line('__proto__', 1, 'GET __proto__ HTTP/1.1') + line('constructor', 1, 'toString / HTTP/1.1')
    const json = JSON.stringify(accessLog.toJSON(await summaryOf({ log })))
    assert.match(json, /"hosts":\{"__proto__":1,"constructor":1\}/)
    assert.match(json, /"methods":\{"GET":1,"toString":1\}/)
  })
})

it('is found by its name', () => {
  assert.equal(recipes.get('access-log'), accessLog)
})

it('numbers are for people', () => {
  const sizes = [0, 999, 1000, 1536, 102_400, 1024 ** 3 * 2.5]
  assert.deepEqual(sizes.map(inBytes), ['0 B', '999 B', '1.0 KB', '1.5 KB', '100 KB', '2.5 GB'])
  assert.deepEqual(
    [
      [0, 5],
      [1, 5000],
      [1, 3],
      [4999, 5000],
      [5, 5],
      [0, 0],
    ].map(([part = 0, whole = 0]) => percent(part, whole)),
    ['0.0 %', '<0.1 %', '33.3 %', '>99.9 %', '100.0 %', ''],
  )
})
