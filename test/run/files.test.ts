// files(), paths() and inputs(): what they find, in which order, under which keys.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type TestContext, describe, test } from 'node:test'
import {
  type FilesOptions,
  InputNotFoundError,
  InputUnreadableError,
  InvalidKeyError,
  NoInputError,
  type Place,
  type Source,
  files,
  inputs,
  paths,
} from '../../src/run/index.ts'
import { expandBraces } from '../../src/run/inputs/braces.ts'
import { KeySet } from '../../src/run/inputs/key-set.ts'
import { random } from '../fixtures/random.ts'
import { openFolder } from '../helpers/tmp.ts'

const place: Place = { root: undefined, exclude: new Set(), warn: (message) => assert.fail(message) }

async function open<V>(source: Source<V>, options: Partial<Place> = {}) {
  const opened = await source.open({ ...place, ...options })
  const items = []
  for await (const item of opened.items) items.push(item)
  return { ...opened, items, keys: items.map(({ key }) => key), total: await opened.total }
}

/** A folder with these files, in which the test runs. */
function folderWith(t: TestContext, ...names: string[]): string {
  const folder = openFolder(t)
  for (const name of names) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), name)
  }
  const before = process.cwd()
  process.chdir(folder)
  t.after(() => process.chdir(before))
  return folder
}

const keys = async (patterns: string | string[], options?: FilesOptions) => (await open(files(patterns, options))).keys

const TREE = [
  'a.txt',
  'b.md',
  'a/x.txt',
  'a-b.txt',
  'a/b/c/deep.txt',
  'é/ü ö.txt',
  '.hidden.txt',
  '.git/config.txt',
  'a/.env',
  'with space.txt',
  '[1].txt',
  '{a,b}.txt',
  'Z.TXT',
  'a/1.txt',
  'a/10.txt',
  'star*.txt',
  '\u{1f600}.txt',
  '\uffee.txt',
]

describe('files()', () => {
  test('a folder gives all below it, in the order of the paths', async (t) => {
    folderWith(t, ...TREE)
    const all = TREE.filter((name) => !/(^|\/)\./.test(name)).sort((a, b) =>
      Buffer.compare(Buffer.from(a), Buffer.from(b)),
    )
    const opened = await open(files('.'))
    assert.deepEqual(opened.keys, all)
    assert.deepEqual([opened.total, opened.isUnique], [all.length, true])
    assert.deepEqual(
      await keys('.', { dot: true }),
      [...TREE].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    )
    assert.deepEqual(await keys('.', { ext: '.md' }), ['b.md'])
    assert.deepEqual(await keys('a', { ext: ['.txt', '.env'], dot: true }), [
      'a/.env',
      'a/1.txt',
      'a/10.txt',
      'a/b/c/deep.txt',
      'a/x.txt',
    ])
  })
  test('patterns match as in a shell', async (t) => {
    folderWith(t, ...TREE)
    const cases: [string | string[], string[]][] = [
      ['*.md', ['b.md']],
      ['a/*.txt', ['a/1.txt', 'a/10.txt', 'a/x.txt']],
      ['**/deep.txt', ['a/b/c/deep.txt']],
      ['a/**', ['a/1.txt', 'a/10.txt', 'a/b/c/deep.txt', 'a/x.txt']],
      ['a/**/*.txt', ['a/1.txt', 'a/10.txt', 'a/b/c/deep.txt', 'a/x.txt']],
      ['**/b/**/*.txt', ['a/b/c/deep.txt']],
      ['?.txt', ['Z.TXT', 'a.txt', '\uffee.txt', '\u{1f600}.txt'].filter((name) => name.endsWith('.txt'))],
      ['[a-b].*', ['a.txt', 'b.md']],
      ['[!a]*.md', ['b.md']],
      ['a/[[:digit:]].txt', ['a/1.txt']],
      ['a/{1,10,11}.txt', ['a/1.txt', 'a/10.txt']],
      ['a/{1..12}.txt', ['a/1.txt', 'a/10.txt']],
      ['{a/x,a}.txt', ['a.txt', 'a/x.txt']],
      ['.hidden*', ['.hidden.txt']],
      ['**/config.txt', []],
      ['.git/*', ['.git/config.txt']],
      ['[1].txt', ['[1].txt']],
      ['{a,b}.txt', ['{a,b}.txt']],
      ['\\[1\\].txt', ['[1].txt']],
      ['star\\*.txt', ['star*.txt']],
      ['é/*', ['é/ü ö.txt']],
      ['*/ü*', ['é/ü ö.txt']],
      ['with*', ['with space.txt']],
      ['./a/../a/x.txt', ['a/x.txt']],
      [
        ['a/*.txt', 'a/1*', '*.md', 'b.md'],
        ['a/1.txt', 'a/10.txt', 'a/x.txt', 'b.md'],
      ],
    ]
    for (const [pattern, expected] of cases)
      assert.deepEqual(await keys(pattern, { allowEmpty: true }), expected, String(pattern))
  })

  test('agrees with find and bash on a tree of random names', async (t) => {
    const next = random(5)
    const name = () =>
      Array.from({ length: 1 + Math.floor(next() * 3) }, () => 'ab.-_ é'[Math.floor(next() * 7)]).join('')
    const names = new Set<string>()
    for (let count = 0; count < 150; count++) {
      const path = Array.from({ length: 1 + Math.floor(next() * 3) }, name)
        .filter((part) => !/^\.+$/.test(part))
        .join('/')
      const clash = [...names].some(
        (other) => other === path || other.startsWith(`${path}/`) || path.startsWith(`${other}/`),
      )
      if (path !== '' && !clash) names.add(path)
    }
    const folder = folderWith(t, ...names)
    const found = execFileSync('find', ['.', '-type', 'f'], { encoding: 'utf8' })
      .split('\n')
      .filter(Boolean)
      .map((path) => path.slice(2))
    assert.deepEqual(
      await keys(folder, { dot: true }),
      found.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    )
    for (const pattern of [
      '*',
      '*/*',
      '**',
      '**/a*',
      'a*/**',
      '*/**/*b',
      '[ab]*',
      '?',
      '*.*',
      '.*',
      '{a,b}*/*',
      '*[!a]',
      '**/*[.é]*/**',
    ]) {
      const shell = execFileSync(
        'bash',
        [
          '-c',
          `shopt -s globstar nullglob; LC_ALL=C.UTF-8; for f in ${pattern}; do [ -f "$f" ] && printf '%s\\n' "$f"; done; true`,
        ],
        { encoding: 'utf8' },
      )
      const expected = [...new Set(shell.split('\n').filter(Boolean))].sort((a, b) =>
        Buffer.compare(Buffer.from(a), Buffer.from(b)),
      )
      assert.deepEqual(await keys(pattern, { allowEmpty: true }), expected, pattern)
    }
  })

  test('gives full paths, and a fingerprint that changes with the file', async (t) => {
    const folder = folderWith(t, 'a.txt')
    const item = async () => (await open(files('*.txt'))).items[0]
    const first = await item()
    assert.equal(first?.value, join(folder, 'a.txt'))
    assert.deepEqual((await item())?.fingerprint, first?.fingerprint)
    utimesSync('a.txt', 1, 2)
    const touched = await item()
    assert.equal(touched?.fingerprint, '5:2000')
    writeFileSync('a.txt', 'longer')
    assert.notEqual((await item())?.fingerprint, touched?.fingerprint)
  })

  test('keys are relative to the root: given, of an earlier run, the current folder, or what holds all', async (t) => {
    const folder = folderWith(t, 'in/x.txt', 'in/sub/y.txt', 'other/z.txt')
    assert.deepEqual(await keys('in'), ['in/sub/y.txt', 'in/x.txt'])
    assert.deepEqual(await keys('in', { root: 'in' }), ['sub/y.txt', 'x.txt'])
    const earlier = await open(files('in/*'), { root: join(folder, 'in') })
    assert.deepEqual([earlier.keys, earlier.root], [['x.txt'], join(folder, 'in')])
    assert.deepEqual((await open(files('in/*'), { root: join(folder, 'gone') })).keys, ['in/x.txt'])
    process.chdir('other')
    assert.deepEqual(await keys(join(folder, 'in')), ['sub/y.txt', 'x.txt'])
    assert.deepEqual(await keys([join(folder, 'in/sub'), join(folder, 'in/*.txt')]), ['sub/y.txt', 'x.txt'])
    assert.deepEqual(await keys(['../in/x.txt', 'z.txt']), ['in/x.txt', 'other/z.txt'])
  })

  test('equal names in several folders are several items', async (t) => {
    folderWith(t, 'a/x.txt', 'b/x.txt', 'c/x.txt')
    assert.deepEqual(await keys('.'), ['a/x.txt', 'b/x.txt', 'c/x.txt'])
  })

  test('never gives the files of the store', async (t) => {
    const folder = folderWith(t, 'a.txt', 'run.db', 'run.db-lock')
    const { keys, total } = await open(files('.'), {
      exclude: new Set([join(folder, 'run.db'), join(folder, 'run.db-lock')]),
    })
    assert.deepEqual([keys, total], [['a.txt'], 1])
  })

  test('follows links to files and named links to folders; others when asked, and no loop', async (t) => {
    folderWith(t, 'real/x.txt', 'real/deep/y.txt')
    symlinkSync('real/x.txt', 'link.txt')
    symlinkSync('real', 'folder')
    symlinkSync('..', 'real/up')
    symlinkSync('nowhere', 'broken.txt')
    symlinkSync('self', 'self')
    assert.deepEqual(await keys('.'), ['broken.txt', 'link.txt', 'real/deep/y.txt', 'real/x.txt', 'self'])
    assert.deepEqual(await keys('folder'), ['folder/deep/y.txt', 'folder/x.txt'])
    assert.deepEqual(await keys('folder/*.txt'), ['folder/x.txt'])
    assert.deepEqual(await keys('*/x.txt'), ['folder/x.txt', 'real/x.txt'])
    const followed = await keys('.', { followLinks: true, ext: '.txt' })
    assert.ok(followed.includes('folder/deep/y.txt'))
    assert.ok(
      followed.every((key) => key.split('/').length < 6),
      followed.join(),
    )
  })

  test('says what is wrong', async (t) => {
    const folder = folderWith(t, 'a.txt', 'empty/.keep')
    await assert.rejects(
      keys('*.csv'),
      (error: Error) =>
        error instanceof NoInputError && error.message.includes("'*.csv'") && error.message.includes(folder),
    )
    await assert.rejects(keys('empty'), NoInputError)
    await assert.rejects(keys('.', { ext: '.wav' }), /with the extension \.wav/)
    await assert.rejects(
      keys('nothing.txt'),
      (error) => error instanceof InputNotFoundError && error.path === 'nothing.txt',
    )
    assert.deepEqual(await keys('*.csv', { allowEmpty: true }), [])
    assert.throws(() => files(''), /Expected `patterns`/)
    if (process.getuid?.() === 0) return t.diagnostic('root may read every folder')
    mkdirSync('closed')
    chmodSync('closed', 0)
    await assert.rejects(
      keys('closed'),
      (error) => error instanceof InputUnreadableError && error.path.endsWith('closed'),
    )
  })

  test('a folder that vanishes meanwhile is no error, and a file that does fails in its task', async (t) => {
    folderWith(t, 'a/x.txt', 'b/y.txt', 'c.txt')
    const opened = await files('.').open(place)
    const iterator = (opened.items as Iterable<{ key: string }>)[Symbol.iterator]()
    assert.equal(iterator.next().value?.key, 'a/x.txt')
    rmSync('b', { recursive: true })
    rmSync('c.txt')
    const rest = [iterator.next().value, iterator.next().value]
    assert.deepEqual(rest, [{ key: 'c.txt', value: join(process.cwd(), 'c.txt'), fingerprint: undefined }, undefined])
  })
})

describe('paths()', () => {
  test('takes a list as it is, from anywhere', async (t) => {
    const folder = folderWith(t, 'b.txt', 'a*.txt')
    assert.deepEqual(
      (await open(paths(['b.txt', 'a*.txt', './missing']))).items.map(({ key, fingerprint }) => [
        key,
        fingerprint !== undefined,
      ]),
      [
        ['b.txt', true],
        ['a*.txt', true],
        ['missing', false],
      ],
    )
    const list = async function* () {
      yield join(folder, 'b.txt')
    }
    assert.deepEqual((await open(paths(list(), { root: '/' }))).keys, [join(folder, 'b.txt').slice(1)])
  })
})

describe('inputs()', () => {
  test('a key is the string itself, a number, or JSON with sorted fields', async () => {
    const values = [
      'a/b c',
      5,
      -0,
      0.5,
      { b: 1, a: [null, { d: true, c: undefined }] },
      [1, 'x'],
      null,
      true,
      new URL('http://x.org/'),
      new Date(0),
      { a: new Date(0) },
    ]
    const { keys, items, total, isUnique } = await open(inputs<unknown>(values))
    assert.deepEqual(keys, [
      'a/b c',
      '5',
      '-0',
      '0.5',
      '{"a":[null,{"d":true}],"b":1}',
      '[1,"x"]',
      'null',
      'true',
      'http://x.org/',
      '"1970-01-01T00:00:00.000Z"',
      '{"a":"1970-01-01T00:00:00.000Z"}',
    ])
    assert.deepEqual([items.map(({ value }) => value), total, isUnique], [values, values.length, false])
    assert.deepEqual(
      (await open(inputs([{ id: 7 }, { id: 8 }], { key: ({ id }) => `#${id}`, fingerprint: ({ id }) => `v${id}` })))
        .items,
      [
        { key: '#7', value: { id: 7 }, fingerprint: 'v7' },
        { key: '#8', value: { id: 8 }, fingerprint: 'v8' },
      ],
    )
  })

  test('a value that no key tells from others is refused, with its position', async () => {
    const ring: unknown[] = []
    ring.push(ring)
    for (const value of [
      undefined,
      Number.NaN,
      () => 1,
      Symbol('s'),
      new Map(),
      new (class Point {
        x = 1
      })(),
      ring,
      'a\0b',
      '\ud800',
      [undefined],
    ]) {
      await assert.rejects(
        open(inputs<unknown>(['fine', value])),
        (error) => error instanceof InvalidKeyError && error.position === 2,
      )
    }
    await assert.rejects(open(inputs([1], { key: (value) => value as unknown as string })), /a key must be a string/)
  })

  test('iterables of any kind are read as they are needed', async () => {
    let read = 0
    const endless = function* () {
      for (;;) yield read++
    }
    const opened = await inputs(endless()).open(place)
    assert.equal(opened.total, undefined)
    const iterator = (opened.items as Iterable<{ key: string }>)[Symbol.iterator]()
    iterator.next()
    assert.equal(read, 1)
    iterator.return?.()
    assert.deepEqual((await open(inputs(new Set(['x', 'y'])))).total, 2)
  })
})

describe('KeySet', () => {
  test('finds each key that came before, and no other (200 000)', () => {
    const set = new KeySet()
    const key = (n: number) => `folder-${n % 97}/file-${n}.txt`
    for (let n = 1; n <= 200_000; n++) assert.equal(set.add(key(n), n), 0)
    for (let n = 1; n <= 200_000; n += 1001) assert.equal(set.add(key(n), 1), n)
  })
})

describe('expandBraces()', () => {
  test('expands as bash does', () => {
    for (const pattern of [
      'a',
      '{a,b}',
      'x{a,b}y{c,d}',
      '{a,{b,c}d}',
      '{a}',
      '{}',
      'a{b',
      'a}b',
      '{1..3}',
      '{3..1}',
      '{01..10}',
      '{-1..1}',
      '{a,b}{1..2}',
      '{,x}',
      '{a,b',
      'a{,}b',
    ]) {
      const expected = execFileSync('bash', ['-c', `for x in ${pattern}; do printf '%s\\n' "$x"; done`], {
        encoding: 'utf8',
      })
        .slice(0, -1)
        .split('\n')
      assert.deepEqual(expandBraces(pattern).filter(Boolean), expected.filter(Boolean), pattern)
    }
  })
})
