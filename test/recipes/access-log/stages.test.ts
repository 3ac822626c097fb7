import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { InvalidOptionError } from '../../../src/index.ts'
import {
  type Access,
  type AccessDetails,
  type Source,
  accessDetailIter,
  accessFilter,
  accessIter,
  analysis,
  countPaths,
  excludePaths,
  isPage,
  localGzip,
  parseAccess,
  parseAgent,
  parseDetails,
  pathFilter,
  scanLog,
  splitUrl,
} from '../../../src/recipes/access-log/index.ts'
import { madeLog } from './made-logs.ts'

const folder = mkdtempSync(join(tmpdir(), 'manyhands-stages-'))
after(() => rmSync(folder, { recursive: true }))

const line = (path: string): string =>
  `203.0.113.9 - alice [01/Jun/2012:22:17:55 -0400] "GET ${path} HTTP/1.1" 200 5 "https://example.org/a?b#c" "curl/7.1"`

async function all<T>(source: Source<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of source) items.push(item)
  return items
}

describe('stage 1, localGzip', () => {
  mkdirSync(join(folder, 'one'))
  writeFileSync(join(folder, 'one/b.log.gz'), gzipSync('b1\nb2\r\n\nb\xff'))
  writeFileSync(join(folder, 'one/a.log'), 'a1\ncafé\n')
  writeFileSync(join(folder, 'one/[x].log'), Buffer.from('caf\xe9\n', 'latin1'))
  writeFileSync(join(folder, 'one/cut.log.gz'), gzipSync('c1\nc2\nc3').subarray(0, -4))

  it('gives the lines of each file, in the order of names', async () => {
    const logs = await all(localGzip(`${folder}/one/[ab]*`))
    assert.deepEqual(
      logs.map(({ path }) => path),
      [`${folder}/one/a.log`, `${folder}/one/b.log.gz`],
    )
    assert.deepEqual(await all(logs[0] ?? []), ['a1', 'café'])
    assert.deepEqual(await all(logs[1] ?? []), ['b1', 'b2', '', 'bÿ'])
  })

  it('takes a name as it stands, and several', async () => {
    const logs = await all(localGzip([`${folder}/one/[x].log`, `${folder}/one/a.log`]))
    assert.deepEqual(await Promise.all(logs.map((log) => all(log))), [['café'], ['a1', 'café']])
  })

  it('gives what can be read of a file that is cut short, and says so', async () => {
    const [log] = await all(localGzip(`${folder}/one/cut.log.gz`))
    assert.ok(log)
    assert.equal(log.problem, null)
    assert.deepEqual(await all(log), ['c1', 'c2', 'c3'])
    assert.equal(log.problem, 'gzip cut short; counted as far as it goes')
  })

  it('refuses a pattern that matches nothing, and gives the error of a file that is gone', async () => {
    await assert.rejects(all(localGzip(`${folder}/none/*`)), InvalidOptionError)
    await assert.rejects(all(localGzip(`${folder}/gone.log`)), InvalidOptionError)
    writeFileSync(join(folder, 'gone.log'), 'x')
    const [log] = await all(localGzip(`${folder}/gone.log`))
    rmSync(join(folder, 'gone.log'))
    await assert.rejects(all(log ?? []), { code: 'ENOENT' })
  })

  it('reads no further than asked', async () => {
    const [log] = await all(localGzip(`${folder}/one/a.log`))
    for await (const first of log ?? []) {
      assert.equal(first, 'a1')
      break
    }
  })
})

describe('stage 2, accessIter', () => {
  it('makes an Access of each line, and counts and reports those that are none', async () => {
    const skipped: string[] = []
    const accesses = accessIter([line('/a'), '', 'nonsense', line('/b')], { onSkip: (item) => skipped.push(item) })
    assert.deepEqual(
      (await all(accesses)).map(({ request }) => request),
      ['GET /a HTTP/1.1', 'GET /b HTTP/1.1'],
    )
    assert.equal(accesses.skipped, 1)
    assert.deepEqual(skipped, ['nonsense'])
  })

  it('takes lines, logs of lines, and any mixture of iterables', async () => {
    async function* later(): AsyncGenerator<string> {
      yield line('/c')
    }
    const accesses = accessIter([line('/a'), [line('/b')], later(), line('/d')])
    assert.deepEqual(
      (await all(accesses)).map(({ request }) => request.slice(4, 6)),
      ['/a', '/b', '/c', '/d'],
    )
    assert.throws(() => accessIter('logs/a.log'), InvalidOptionError)
  })

  it('names every field', () => {
    assert.deepEqual(parseAccess(`example.org:443 ${line('/a')} 17`), {
      host: '203.0.113.9',
      identity: '-',
      user: 'alice',
      time: '01/Jun/2012:22:17:55 -0400',
      request: 'GET /a HTTP/1.1',
      status: 200,
      bytes: 5,
      referer: 'https://example.org/a?b#c',
      userAgent: 'curl/7.1',
      vhost: 'example.org:443',
    } satisfies Access)
    const common = parseAccess(`2001:db8::1 - - [x] "\\"" 304 -`)
    assert.deepEqual([common?.host, common?.request, common?.bytes], ['2001:db8::1', '\\"', 0])
    assert.deepEqual([common?.referer, common?.userAgent, common?.vhost], [null, null, null])
    assert.equal(parseAccess(''), undefined)
  })
})

describe('stage 3, accessDetailIter', () => {
  it('parses what an Access holds', () => {
    const access = parseAccess(line('/a/b?c=d#e').replace('curl/7.1', 'Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101'))
    assert.ok(access)
    const details = parseDetails(access)
    assert.deepEqual(details, {
      access,
      time: new Date('2012-06-02T02:17:55Z'),
      method: 'GET',
      url: { scheme: '', host: '', path: '/a/b', query: 'c=d', fragment: 'e' },
      protocol: 'HTTP/1.1',
      referrer: { scheme: 'https', host: 'example.org', path: '/a', query: 'b', fragment: 'c' },
      agent: { product: 'Mozilla/5.0', system: 'X11; Linux x86_64', details: 'Gecko/20100101' },
    } satisfies AccessDetails)
    assert.deepEqual(structuredClone(details), details, 'it can be sent to a worker')
  })

  it('leaves out bad requests, counted and reported', async () => {
    const bad = ['-', '', 'GET', 'GET /', 'GET /a b HTTP/1.1']
    const lines = bad.map((request) => line('/x').replace('GET /x HTTP/1.1', request))
    const skipped: Access[] = []
    const details = accessDetailIter(accessIter([...lines, line('/a')]), { onSkip: (item) => skipped.push(item) })
    assert.deepEqual(
      (await all(details)).map(({ url }) => url.path),
      ['/a'],
    )
    assert.equal(details.skipped, 5)
    assert.deepEqual(
      skipped.map(({ request }) => request),
      bad,
    )
  })

  it('reads times in their zones, and knows what is none', () => {
    const time = (text: string): number | undefined => {
      const access = parseAccess(line('/').replace(/\[.*?\]/, `[${text}]`))
      return access && parseDetails(access)?.time.getTime()
    }
    assert.equal(time('29/Feb/2024:23:59:59 +0530'), Date.UTC(2024, 1, 29, 18, 29, 59))
    assert.equal(time('01/Jan/1970:00:00:00 +0000'), 0)
    assert.equal(time('2024-02-29T23:59:59+05:30'), Date.UTC(2024, 1, 29, 18, 29, 59))
    const bad = [
      'yesterday',
      '2024-02-29T00:00:00Z......',
      '01/Foo/1970:00:00:00 +0000',
      '01/Jan/1970:0x:00:00 +0000',
      '01/Jan/1970:00:00:00  0000',
    ]
    for (const text of bad) assert.equal(time(text), NaN, text)
  })

  it('takes URLs apart', () => {
    const parts = (url: string): string[] => Object.values(splitUrl(url)) as string[]
    assert.deepEqual(parts('http://a:8080/b/c?d=e?f#g#h'), ['http', 'a:8080', '/b/c', 'd=e?f', 'g#h'])
    assert.deepEqual(parts('//a/b'), ['', '', '//a/b', '', ''])
    assert.deepEqual(parts('http://a'), ['http', 'a', '', '', ''])
    assert.deepEqual(parts('http://a?b/c'), ['http', 'a', '', 'b/c', ''])
    assert.deepEqual(parts('/a?u=http://b/c'), ['', '', '/a', 'u=http://b/c', ''])
    assert.deepEqual(parts('host:443'), ['', '', 'host:443', '', ''])
    assert.deepEqual(parts('?#'), ['', '', '', '', ''])
    assert.deepEqual(parts('#a?b'), ['', '', '', '', 'a?b'])
    assert.deepEqual(parts('*'), ['', '', '*', '', ''])
  })

  it('knows agents of the usual form only', () => {
    assert.deepEqual(parseAgent('a/1 (b)'), { product: 'a/1', system: 'b', details: '' })
    for (const agent of ['-', '', 'curl/7.1', 'two words (x)', 'a (b', '(b) c']) {
      assert.equal(parseAgent(agent), null, agent)
    }
  })
})

describe('stage 4, filters', () => {
  it('lets pages through', () => {
    const pages = ['/a', '/a/', '/a.html', 'a', '/_image/a', '/a.js/b']
    const others = [
      '',
      '/',
      '//',
      '/favicon.ico',
      '/a/robots.txt',
      '/_images/a.html',
      '/a.png',
      '/a.JS.css',
      '/robots.txt/a',
    ]
    assert.deepEqual(
      [...pages, ...others].filter((path) => isPage(path)),
      pages,
    )
  })

  it('compose', async () => {
    const paths = ['/book/a', '/book/b', '/book/b.png', '/book/', '/blog/a', '/book/private/a']
    const details = accessDetailIter(accessIter(paths.map((path) => line(path))))
    const books = accessFilter(({ url }) => url.path.startsWith('/book/'))
    const open = excludePaths({ names: new Set(['private']), extensions: [] })
    const counts = await countPaths(open(books(pathFilter(details))))
    assert.deepEqual(counts.toJSON(), { '/book/a': 1, '/book/b': 1, '/book/': 1 })
  })
})

describe('the stages and the scanner', () => {
  it('agree on made logs', async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const path = join(folder, 'made.log')
      // In ASCII: a line that is not UTF-8 is Latin-1 as a whole in the stages, each name by itself in the scanner.
      writeFileSync(path, madeLog(seed, 150).replace(/[^\0-\x7f]/g, 'z'))
      const report = await scanLog(path)
      const accesses = accessIter(localGzip(path))
      const details = accessDetailIter(accesses)
      const counts = new Map<string, number>()
      let bytes = 0
      for await (const { access, url } of details) {
        counts.set(url.path, (counts.get(url.path) ?? 0) + 1)
        bytes += access.bytes
      }
      assert.equal(accesses.skipped, report.malformed)
      assert.equal(details.skipped, report.oddRequests)
      const scanned = new Map<string, number>()
      for (const [target, count] of report.paths) {
        const name = splitUrl(target).path
        scanned.set(name, (scanned.get(name) ?? 0) + count)
      }
      assert.deepEqual(counts, scanned)
      const odd = await all(accessIter(localGzip(path)))
      assert.equal(odd.length, report.parsed)
      assert.equal(
        odd.reduce((sum, access) => sum + access.bytes, 0),
        report.bytes,
      )
      assert.ok(bytes <= report.bytes)
    }
  })

  it('agree after the filter, over several files', async () => {
    const counts = await analysis(`${folder}/made.log`)
    assert.ok(counts.size > 0)
    for (const path of counts.keys()) assert.ok(isPage(path))
  })
})
