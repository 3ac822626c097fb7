import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { existsSync, readdirSync } from 'node:fs'
import { LogFile } from '../../../src/recipes/access-log/log-file.ts'
import { LONGEST_LINE } from '../../../src/recipes/access-log/line-splitter.ts'
import { LogScanner } from '../../../src/recipes/access-log/scanner.ts'
import type { LogTally } from '../../../src/recipes/access-log/tally.ts'
import { random } from '../../fixtures/random.ts'
import { madeLog } from './made-logs.ts'
import { publicData } from './public-data.ts'
import { reference } from './reference.ts'

const LINE = '203.0.113.9 - - [01/Jun/2012:22:17:55 -0400] "GET /a HTTP/1.1" 200 5 "-" "curl/7.1"'

function scan(text: string | Buffer, blockSizes: () => number = () => 1 << 20): LogTally {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'latin1') : text
  const scanner = new LogScanner(1 << 24)
  for (let start = 0; start < bytes.length;) {
    const size = blockSizes()
    scanner.push(Buffer.from(bytes.subarray(start, start + size)))
    start += size
  }
  return scanner.end()
}

function figures(tally: LogTally): object {
  const counts = (table: LogTally['paths']): object => sorted(table.entries((bytes) => bytes.toString('latin1')))
  const { lines, blank, combined, common, vhost, malformed, oddRequests, bytes } = tally
  const statuses = Array.from(tally.statuses, (n, status) => [String(status).padStart(3, '0'), n] as const)
  return {
    lines,
    blank,
    combined,
    common,
    vhost,
    oddRequests,
    bytes,
    malformed,
    samples: tally.samples.map(({ line }) => line),
    statuses: sorted(statuses.filter(([, n]) => n > 0)),
    methods: counts(tally.methods),
    paths: counts(tally.paths),
    hosts: counts(tally.hosts),
    hours: counts(tally.hours),
    agents: counts(tally.agents),
  }
}

function expected(text: string): object {
  const { malformed, ...rest } = reference(text)
  const maps = Object.entries(rest).map(([name, value]) => [name, value instanceof Map ? sorted(value) : value])
  return { ...Object.fromEntries(maps), malformed: malformed.length, samples: malformed.slice(0, 20) }
}

function sorted(counts: Iterable<readonly [string, number]>): object {
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1))
}

describe('the scanner', () => {
  it('reads the formats line by line', () => {
    const tally = scan(
      [
        LINE,
        LINE.slice(0, LINE.indexOf(' "-"')),
        `example.org:443 ${LINE}`,
        '2001:db8::1 - - [01/Jun/2012:22:17:55 -0400] "GET /b?c HTTP/1.1" 304 -',
        LINE.replace('- -', '- jean dupont'),
        LINE.replace('GET /a HTTP/1.1', '-'),
        'hello',
      ].join('\n'),
    )
    assert.deepEqual([tally.lines, tally.combined, tally.common, tally.vhost, tally.malformed], [7, 4, 2, 1, 1])
    assert.equal(tally.oddRequests, 1)
    assert.equal(tally.bytes, 25)
    assert.deepEqual(tally.hosts.entries(), [
      ['203.0.113.9', 5],
      ['2001:db8::1', 1],
    ])
    assert.deepEqual(tally.paths.entries(), [
      ['/a', 4],
      ['/b', 1],
    ])
    assert.deepEqual(tally.samples, [{ line: 7, text: 'hello' }])
  })

  it('takes blank lines, CRLF and a missing line end for what they are', () => {
    const tally = scan(`\n\r\n${LINE}\r\n${LINE}\n\r\r\n${LINE}\r`)
    assert.deepEqual([tally.lines, tally.blank, tally.combined, tally.malformed], [6, 2, 3, 1])
    assert.deepEqual(scan('').lines, 0)
    assert.deepEqual(scan('\n').blank, 1)
  })

  it('gives names as text: UTF-8 where they are that, else one character a byte', () => {
    const tally = scan([LINE.replace('/a', '/caf\xc3\xa9'), LINE.replace('/a', '/caf\xe9')].join('\n'))
    assert.deepEqual(tally.paths.entries(), [
      ['/café', 1],
      ['/café', 1],
    ])
    assert.deepEqual(scan('\xff malformed \xe9').samples[0]?.text, '\xff malformed \xe9')
  })

  it('keeps the start of what it samples, and no more than 20', () => {
    const tally = scan(`${'x'.repeat(5000)}\n`.repeat(30))
    assert.equal(tally.malformed, 30)
    assert.equal(tally.samples.length, 20)
    assert.equal(tally.samples[19]?.line, 20)
    assert.equal(tally.samples[0]?.text, 'x'.repeat(200))
  })

  it('counts a line longer than 16 MiB as malformed and goes on behind it', () => {
    const path = `/${'x'.repeat(LONGEST_LINE)}`
    const lines = [LINE, LINE.replace('/a', path), LINE, LINE.replace('/a', path.slice(0, 5_000_000))]
    const tally = scan(lines.join('\n'), () => 1 << 18)
    assert.deepEqual([tally.lines, tally.combined, tally.malformed], [4, 3, 1])
    assert.equal(tally.samples[0]?.line, 2)
    assert.ok(tally.samples[0]?.text.startsWith('203.0.113.9 - - [01/Jun'))
    assert.deepEqual(
      tally.paths.entries().map(([name, n]) => [name.length, n]),
      [
        [2, 2],
        [5_000_000, 1],
      ],
    )
  })

  it('does not read on into the next line', () => {
    for (let at = 0; at < LINE.length; at++) {
      for (const cut of [
        LINE.slice(0, at),
        `${LINE.slice(0, at)}\n${LINE.slice(at)}`,
        `${LINE.slice(0, at)}\n${LINE.slice(at + 1)}`,
      ]) {
        assert.deepEqual(figures(scan(`${cut}\n${LINE}`)), expected(`${cut}\n${LINE}`), cut)
      }
    }
  })

  it('takes time linear in the length of a line made against it', () => {
    for (const piece of ['a [', '[a] "', 'a [b] "\\" ', 'a:1 ', ' [a] "b" 200', '\\\\"', '[]', '] "']) {
      const tally = scan(`h - ${piece.repeat(3_000_000 / piece.length)}\n${LINE}`)
      assert.deepEqual([tally.lines, tally.combined], [2, 1], piece)
    }
  })

  it('agrees with the regular expression on made logs, in blocks of any size', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const text = madeLog(seed, 200)
      const next = random(seed)
      const sizes = [() => 1 << 20, () => 1 + Math.floor(next() * 400), () => 1 + Math.floor(next() * 5)]
      for (const size of sizes) assert.deepEqual(figures(scan(text, size)), expected(text), `seed ${seed}`)
    }
  })
})

const { folder, skip } = publicData('logs')

describe('the scanner agrees with the regular expression on real logs', { skip }, () => {
  const files = skip ? [] : readdirSync(`${folder}/logs`, { recursive: true, encoding: 'utf8' })
  // expands_200MB is one line 828,000 times.
  for (const name of files.filter((file) => !file.includes('expands') && file.includes('.')).sort()) {
    it(name, { skip: existsSync(`${folder}/logs/${name}`) ? false : 'gone' }, async () => {
      const blocks: Buffer[] = []
      for await (const block of new LogFile(`${folder}/logs/${name}`).blocks()) blocks.push(Buffer.from(block))
      const bytes = Buffer.concat(blocks)
      assert.deepEqual(figures(scan(bytes, () => 4093)), expected(bytes.toString('latin1')))
    })
  }
})
