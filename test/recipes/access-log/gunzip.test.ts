import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { deflateRawSync, gzipSync } from 'node:zlib'
import { LogFile } from '../../../src/recipes/access-log/log-file.ts'
import { random } from '../../fixtures/random.ts'

const folder = mkdtempSync(join(tmpdir(), 'manyhands-gunzip-'))
after(() => rmSync(folder, { recursive: true }))

interface Read {
  text: string
  gzip: boolean
  problem: string | null
  damaged: boolean
  sound: number
}

async function read(...parts: (Buffer | string)[]): Promise<Read> {
  const path = join(folder, 'log')
  writeFileSync(path, Buffer.concat(parts.map((part) => Buffer.from(part))))
  const file = new LogFile(path)
  const blocks: Buffer[] = []
  for await (const block of file.blocks()) blocks.push(Buffer.from(block))
  const { gzip, problem, damaged, sound } = file
  return { text: Buffer.concat(blocks).toString('latin1'), gzip, problem, damaged, sound }
}

const whole = (text: string): Read => ({ text, gzip: true, problem: null, damaged: false, sound: text.length })
const CUT = 'gzip cut short; counted as far as it goes'

describe('a gzip file', () => {
  it('is told by its content, whatever its name', async () => {
    assert.deepEqual(await read('plain\n'), { ...whole('plain\n'), gzip: false })
    assert.deepEqual(await read(''), { ...whole(''), gzip: false })
    assert.deepEqual(await read(gzipSync('packed\n')), whole('packed\n'))
    assert.deepEqual(await read(gzipSync('')), whole(''))
    assert.equal((await read('BZh91AY&SY')).problem, 'bzip2, which is not unpacked here; its bytes were read as lines')
    assert.match(String((await read(gzipSync(gzipSync('twice')))).problem), /^gzip within gzip/)
  })

  it('may have many members, padding, and every field a header can have', async () => {
    const members = Array.from({ length: 50 }, (_, i) => gzipSync(`line ${i}\nhalf a `, { level: i % 10 }))
    const text = Array.from({ length: 50 }, (_, i) => `line ${i}\nhalf a `).join('')
    assert.deepEqual(await read(...members, Buffer.alloc(700_000)), whole(text))
    assert.deepEqual(await read(gzipSync(''), gzipSync('a'), gzipSync('')), whole('a'))
    const fields = [Buffer.from([3, 0]), 'xyz', `${'name'.repeat(100_000)}\0`, 'comment\0', Buffer.from([1, 2])]
    const rest = gzipSync('text').subarray(10)
    assert.deepEqual(await read(Buffer.from([31, 139, 8, 0b11110, 0, 0, 0, 0, 0, 3]), ...fields, rest), whole('text'))
  })

  it('is larger than a block, and than what is read at once', async () => {
    const next = random(3)
    const text = Array.from({ length: 60_000 }, () => `${next()} ${next()}\n`).join('')
    assert.deepEqual(await read(gzipSync(text)), whole(text))
    assert.deepEqual(await read(gzipSync(text), gzipSync(text, { level: 0 })), whole(text + text))
  })

  it('cut short anywhere gives all that can be unpacked', async () => {
    const one = gzipSync('the first member\n')
    const two = gzipSync('the second\n')
    for (let end = one.length + 1; end < one.length + two.length; end++) {
      const { text, problem, sound } = await read(Buffer.concat([one, two]).subarray(0, end))
      assert.ok('the first member\nthe second\n'.startsWith(text) && text.length >= 17, `${end}: ${text}`)
      assert.equal(problem, CUT)
      assert.equal(sound, 17)
    }
    assert.equal((await read(one.subarray(0, one.length - 1))).text, 'the first member\n')
    assert.equal((await read(one.subarray(0, 5))).problem, CUT)
  })

  it('followed by something else says so', async () => {
    const said = { ...whole('text\n'), problem: 'what follows the gzip data is not gzip; it is not counted' }
    for (const tail of ['x', 'garbage that is longer than a header', '\0\0\0x', `${'\0'.repeat(300_000)}x`]) {
      assert.deepEqual(await read(gzipSync('text\n'), tail), said, JSON.stringify(tail.slice(-30)))
    }
  })

  it('that is damaged anywhere is never taken for whole, and its sound members are told', async () => {
    const one = gzipSync('the first member\n')
    const two = gzipSync('the second, a little longer than the first one\n')
    for (let at = 0; at < two.length; at++) {
      const bent = Buffer.from(two)
      bent[at] = (bent[at] ?? 0) ^ 0x55
      const { problem, sound, text } = await read(one, bent)
      // These bytes hold flags, a time and a system: not the text, and nothing checks them.
      if (at >= 4 && at <= 9) continue
      assert.notEqual(problem, null, `byte ${at}`)
      assert.ok(sound === 17 && text.startsWith('the first member\n'), `byte ${at}`)
    }
    const checksum = Buffer.from(one)
    checksum[one.length - 8] = 1
    assert.equal((await read(checksum)).problem, 'damaged gzip (wrong checksum)')
    const length = Buffer.from(one)
    length[one.length - 1] = 1
    assert.equal((await read(length)).problem, 'damaged gzip (wrong length)')
    const method = Buffer.from(one)
    method[2] = 7
    assert.equal((await read(method)).problem, 'damaged gzip (unknown compression method 7)')
    const invalid = Buffer.concat([one.subarray(0, 10), Buffer.from([0xff, 0xff, 0xff, 0xff])])
    assert.deepEqual(await read(invalid), { ...(await read(invalid)), text: '', damaged: true, sound: 0 })
  })

  it('keeps all of a truncated member whatever the block it ends in', async () => {
    const text = 'x'.repeat(3 << 20)
    const packed = deflateRawSync(text)
    const { text: got, problem } = await read(gzipSync('').subarray(0, 10), packed.subarray(0, packed.length - 1))
    assert.equal(problem, CUT)
    assert.ok(got.length > (3 << 20) - 65_536 && text.startsWith(got))
  })
})

it('a file is closed when its reader stops early', async () => {
  const path = join(folder, 'early')
  writeFileSync(path, gzipSync('x'.repeat(5 << 20)))
  const before = process.getActiveResourcesInfo().filter((name) => /FS|Zlib|ZLIB/i.test(name)).length
  for (let i = 0; i < 20; i++) for await (const block of new LogFile(path).blocks()) if (block.length > 0) break
  for (let i = 0; i < 20; i++) for await (const _ of new LogFile(path).blocks(10)) continue
  const left = process.getActiveResourcesInfo().filter((name) => /FS|Zlib|ZLIB/i.test(name)).length
  assert.equal(left, before)
})
