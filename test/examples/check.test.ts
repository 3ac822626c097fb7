// The checker of examples itself: it finds blocks where they stand, and it does not pass what is wrong.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Workshop } from './check.ts'
import { blocksOf, expectedOutput } from './extract.ts'

const FENCE = '```'

function page(...blocks: readonly [info: string, code: string][]): string {
  return blocks.map(([info, code]) => `Text.\n\n${FENCE}${info}\n${code}\n${FENCE}\n`).join('\n')
}

test('finds the blocks of a Markdown page with their lines and marks', () => {
  const text = page(['ts fixture=tasks.ts', 'export {}'], ['sh', '$ ls'], ['ts no-run', 'const a = 1\n\nconst b = a'])
  assert.deepEqual(
    blocksOf('a.md', text).map(({ line, language, noRun, fixture, code }) => [line, language, noRun, fixture, code]),
    [
      [4, 'ts', false, 'tasks.ts', 'export {}\n'],
      [10, 'sh', false, undefined, '$ ls\n'],
      [16, 'ts', true, undefined, 'const a = 1\n\nconst b = a\n'],
    ],
  )
})

test('finds the blocks of TSDoc comments, also of indented members, and no other code', () => {
  const text = [
    'const fake = `',
    FENCE,
    '`',
    '/**',
    ' * Sum.',
    ` * ${FENCE}ts`,
    ' * if (a) {',
    ' *   b()',
    ' * }',
    ` * ${FENCE}`,
    ' */',
    'class A {',
    '  /**',
    `   * ${FENCE}ts`,
    '   * a.b()',
    `   * ${FENCE}`,
    '   */',
    '}',
  ].join('\n')
  assert.deepEqual(
    blocksOf('a.ts', text).map(({ line, code }) => [line, code]),
    [
      [7, 'if (a) {\n  b()\n}\n'],
      [15, 'a.b()\n'],
    ],
  )
})

test('refuses a block that never ends and a mark it does not know', () => {
  assert.throws(
    () => blocksOf('a.md', `text\n${FENCE}ts\nconst a = 1\n`),
    /^Error: a\.md:2 opens a block that never ends$/,
  )
  assert.throws(() => blocksOf('a.md', page(['ts norun', ''])), /^Error: a\.md:3 has an unknown mark: norun$/)
})

test('reads as expected output the values behind console.log, and not prose', () => {
  const code = [
    "console.log(a) // 'x y'",
    'console.log(b) // 42',
    'if (c) console.log(c) // [ 1, 2 ]',
    'console.log(d) // Map(1) { 1 => 2 }',
    'console.log(e) // true',
    'console.log(f) // how long it took',
    'g() // 7',
  ].join('\n')
  assert.deepEqual(expectedOutput(code), ['x y', '42', '[ 1, 2 ]', 'Map(1) { 1 => 2 }', 'true'])
})

test('passes right examples and says what is wrong with others', async (t) => {
  const text = page(
    ['ts fixture=maths.ts', 'export const twice = (n: number): number => n * 2'],
    ['ts', "import { twice } from './maths.ts'\nconsole.log(twice(21)) // 42"],
    ['ts', "import { twice } from './maths.ts'\nconsole.log(twice('21'))"],
    ['ts', 'console.log({ a: 1 }) // { a: 2 }'],
    ['ts', "throw new Error('on purpose')"],
    [
      'ts',
      "import { readFileSync } from 'node:fs'\nconsole.log(readFileSync('texts/tyger.txt', 'utf8').length > 0) // true",
    ],
    ['ts', 'class A { [Symbol.dispose]() { console.log(7) } }\n{\n  using a = new A()\n}'],
  )
  const workshop = new Workshop(blocksOf('docs/planted.md', text))
  t.after(() => workshop.remove())
  const problems = [...workshop.compile().values()]
  assert.deepEqual(
    problems.map((messages) => messages.length),
    [0, 0, 1, 0, 0, 0, 0],
  )
  assert.match(
    problems[2]?.[0] ?? '',
    /^docs\/planted\.md:18:19 error TS2345: .*'string' is not assignable to .*'number'/,
  )

  const [, right, , wrongOutput, throws, readsFixture, disposes] = await Promise.all(
    workshop.blocks.map((block) => workshop.run(block)),
  )
  assert.deepEqual([right, readsFixture, disposes], [undefined, undefined, undefined])
  assert.match(wrongOutput ?? '', /^docs\/planted\.md:24 did not print \{ a: 2 \}, but:\n\{ a: 1 \}/)
  assert.match(throws ?? '', /^docs\/planted\.md:30 ended with exit code 1\n[^]*Error: on purpose/)
})
