// What workers write: whole lines, tagged with the worker's name, none lost.
import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { finished } from 'node:stream/promises'
import { type OutputLine, Pool } from 'manyhands'
import { readLines } from '../../src/process/lines.ts'
import { complain, logLine, say, sayAndExit, writeDescriptor } from '../fixtures/tasks/output.ts'
import { eachKind, openPool, range, rejection, row } from '../helpers/pools.ts'
import { runScript } from '../helpers/script.ts'

eachKind((kind) => {
  row('lines of eight workers at once stay whole and carry the name of their worker', async (t) => {
    const { code, stdout, stderr } = await runScript(t, 'chatter.ts', [kind])
    assert.equal(code, 0, stderr)
    const written = new Map<string, Set<string>>()
    for (const line of `${stdout}${stderr}`.trimEnd().split('\n')) {
      const [, worker, id = '', number] =
        /^\[(P00\d)\] begin (\d) (\d+) é😀 end$/u.exec(line) ?? assert.fail(`cut: ${line}`)
      const lines = written.get(id) ?? new Set()
      lines.add(`${worker} ${number}`)
      written.set(id, lines)
    }
    for (const id of range(8)) {
      const lines = [...(written.get(String(id)) ?? [])]
      assert.equal(lines.length, 200)
      assert.equal(new Set(lines.map((line) => line.split(' ')[0])).size, 1, 'one call, one worker')
    }
    assert.equal(stdout.split('\n').length, 801)
  })

  row('output: plain, ignore, a function', async (t) => {
    const plain = await runScript(t, 'chatter.ts', [kind, 'plain'])
    assert.match(plain.stdout, /^begin \d \d+ é😀 end$/mu)
    assert.doesNotMatch(plain.stdout, /P00/)
    const ignored = await runScript(t, 'chatter.ts', [kind, 'ignore'])
    assert.deepEqual([ignored.stdout, ignored.stderr], ['', ''])
    assert.throws(() => new Pool({ kind, output: 'loud' as 'plain' }), /`output` to be 'tagged', 'plain', 'ignore'/)

    const lines: OutputLine[] = []
    const pool = openPool(t, { kind, workers: 1, output: (line) => lines.push(line) })
    await pool.apply(say, ['on stdout'])
    await pool.apply(complain, ['on stderr'])
    await pool.apply(logLine, ['logged'])
    if (kind === 'process') await pool.apply(writeDescriptor, ['by descriptor'])
    await pool.close()
    const expected: OutputLine[] = [
      { worker: 'P000', text: 'on stdout', stream: 'stdout' },
      { worker: 'P000', text: 'on stderr', stream: 'stderr' },
      { worker: 'P000', text: 'logged { a: 1 }', stream: 'log' },
    ]
    if (kind === 'process') expected.push({ worker: 'P000', text: 'by descriptor', stream: 'stdout' })
    const byText = (a: OutputLine, b: OutputLine): number => a.text.localeCompare(b.text)
    assert.deepEqual(lines.toSorted(byText), expected.toSorted(byText))
  })

  row('what a worker wrote before it died is not lost', async (t) => {
    const lines: OutputLine[] = []
    const pool = openPool(t, { kind, workers: 1, output: (line) => lines.push(line) })
    for (const round of range(5)) await rejection(pool.apply(sayAndExit, [`round ${round}`]))
    await pool.close()
    const texts = lines.map(({ worker, text }) => `${worker} ${text}`)
    for (const round of range(5)) {
      for (const text of [`round ${round}`, 'unfinished', `round ${round} on stderr`]) {
        assert.ok(texts.includes(`P00${round} ${text}`), `${text} of P00${round} among ${texts.join(', ')}`)
      }
    }
  })
})

row('readLines gives whole lines, whatever the pieces', async () => {
  const text = 'one\ntwo é😀\r\n\nfour\r\nlast'
  const bytes = Buffer.from(text)
  for (const size of [1, 2, 3, 7, 100]) {
    const stream = new PassThrough()
    const lines: string[] = []
    readLines(stream, (line) => lines.push(line))
    for (let at = 0; at < bytes.length; at += size) stream.write(bytes.subarray(at, at + size))
    stream.end()
    await finished(stream)
    assert.deepEqual(lines, ['one', 'two é😀', '', 'four', 'last'])
  }
})

row('readLines cuts a line that would fill the memory', async () => {
  const stream = new PassThrough()
  const lines: string[] = []
  readLines(stream, (line) => lines.push(line))
  for (let part = 0; part < 50; part++) stream.write(Buffer.alloc(100_000, 'x'))
  stream.end('\nafter\n')
  await finished(stream)
  assert.ok(lines.length > 2 && lines.every((line) => line.length < 1_300_000))
  assert.equal(lines.slice(0, -1).join('').length, 5_000_000)
  assert.equal(lines.at(-1), 'after')
})
