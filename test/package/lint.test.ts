// The lint finds what it is there for. Each rule that the project leans on is shown one violation.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { floorProblems } from '../../scripts/lint/floors.ts'
import { layoutProblems } from '../../scripts/lint/layout.ts'
import { lockfileProblems } from '../../scripts/lint/lockfile.ts'
import { root } from '../../scripts/project.ts'

describe('floors', () => {
  const allowed: readonly [path: string, code: string][] = [
    ['pool/pool.ts', "import { a } from './a.ts'\nimport { b } from '../process/index.ts'\nimport fs from 'node:fs'"],
    ['wire/channel.ts', "import { a } from '../task/index.ts'"],
    ['wire/codec/frame.ts', "import { a } from '../channel.ts'\nimport { b } from '../../errors/index.ts'"],
    ['index.ts', "/** The library. */\nexport { Pool } from './pool/index.ts'\nexport type * from './task/index.ts'"],
    ['recipes/words/task.ts', "import { run } from '../../run/index.ts'\nimport type { Recipe } from '../recipe.ts'"],
    ['recipes/index.ts', "export { words } from './words/index.ts'\nexport type { Recipe } from './recipe.ts'"],
    ['cli/main.ts', "import { run } from '../run/index.ts'\nimport { parse } from 'args/sub'"],
    ['pool/pool.ts', "/**\n * import { run } from '../run/run.ts'\n */\n// const a = import('../run/run.ts')"],
  ]
  for (const [path, code] of allowed) {
    test(`${path} may import ${specifiers(code)}`, () => {
      assert.deepEqual(floorProblems(path, code, ['args']), [])
    })
  }

  const forbidden: readonly [path: string, code: string, reason: RegExp][] = [
    ['pool/pool.ts', "import { a } from '../run/index.ts'", /run\/ is on floor 4, above pool\/ on floor 3/],
    ['pool/pool.ts', "import {\n  a,\n  b,\n} from '../run/index.ts'", /^src\/pool\/pool\.ts:4 imports/],
    ['pool/pool.ts', "import type { A } from '../run/index.ts'", /above/],
    ['pool/pool.ts', "  const a = await import('../run/index.ts')", /above/],
    ['pool/pool.ts', "const url = new URL('../run/index.ts', import.meta.url)", /above/],
    ['run/index.ts', "export { a } from '../cli/index.ts'", /above/],
    ['pool/pool.ts', "import { a } from '../process/worker.ts'", /the face of process\/ is process\/index\.ts/],
    ['pool/pool.ts', "import { a } from '../manager/index.ts'", /beside each other on floor 3/],
    ['errors/base.ts', "import { a } from '../options/index.ts'", /beside each other on floor 0/],
    ['task/load.ts', "import { a } from '../wire/index.ts'", /beside each other on floor 0/],
    ['run/run.ts', "import { a } from '../index.ts'", /only recipes\/ and cli\/ use the whole library/],
    ['run/run.ts', "import a from 'left-pad'", /floors 0 to 4 have no dependencies/],
    ['cli/main.ts', "import a from '@scope/args/sub'", /@scope\/args is not among the dependencies/],
    ['run/run.ts', "import { a } from './store.js'", /end in \.ts/],
    ['run/run.ts', "import { a } from '../../scripts/a.ts'", /outside src/],
    ['novel/a.ts', "import { a } from './b.ts'", /novel\/ has no floor yet/],
    ['recipes/words/task.ts', "import { Pool } from '../../pool/index.ts'", /as a user would/],
    ['recipes/words/task.ts', "import { a } from '../logs/index.ts'", /as a user would/],
    ['pool/index.ts', "export { Pool } from './pool.ts'\nexport const a = 1", /an index\.ts only re-exports/],
  ]
  for (const [path, code, reason] of forbidden) {
    test(`${path} may not contain ${JSON.stringify(code)}`, () => {
      const [problem = '', ...others] = floorProblems(path, code, ['args'])
      assert.match(problem, reason)
      assert.deepEqual(others, [])
    })
  }
})

test('layout: long lines, white space at the end, tabs, semicolons, no last newline, but not in templates', () => {
  const long = `const a = ${'1 + '.repeat(30)}2`
  const lines = [long, 'b() ', '\tc()', 'd();', 'const sql = `', 'SELECT 1;', '`', '// fine;']
  assert.deepEqual(layoutProblems('a.ts', lines.join('\n')), [
    'a.ts:1 has 131 columns; the limit is 120',
    'a.ts:2 ends in white space',
    'a.ts:3 is indented with tabs; use two spaces',
    'a.ts:4 ends in a semicolon',
    'a.ts has no newline at its end',
  ])
})

test('lock file: an address of a registry and a platform that is not locked', () => {
  const packages = {
    '': { dependencies: { a: '1' } },
    'node_modules/a': { resolved: 'https://example.org/a', optionalDependencies: { 'a-linux': '1', 'a-mac': '1' } },
    'node_modules/a-linux': {},
  }
  assert.deepEqual(lockfileProblems({ packages }), [
    'package-lock.json: node_modules/a needs a-mac, which is not locked',
    'package-lock.json: node_modules/a names the registry it came from',
  ])
})

describe('oxlint', () => {
  const planted: readonly [rule: string, code: string][] = [
    ['typescript(no-explicit-any)', 'export const f = (): any => 1'],
    ['typescript(no-unsafe-assignment)', "const a = JSON.parse('1')\nexport const b = Boolean(a)"],
    ['typescript(no-non-null-assertion)', 'export const first = (a: string[]): string => a[0]!'],
    ['typescript(no-floating-promises)', 'async function f(): Promise<void> {}\nexport function g(): void {\n  f()\n}'],
    ['typescript(no-misused-promises)', 'export const f = (a: string[]): void => a.forEach(async () => {})'],
    ['typescript(only-throw-error)', "export function f(): void {\n  throw 'text'\n}"],
    [
      'typescript(switch-exhaustiveness-check)',
      "export function f(a: 'b' | 'c'): number {\n  switch (a) {\n    case 'b': return 1\n  }\n  return 2\n}",
    ],
    ['typescript(ban-ts-comment)', '// @ts-ignore\nexport const a: number = 1'],
    ['eslint(no-unused-vars)', 'const a = 1\nexport const b = 1'],
    ['eslint(no-console)', "export const f = (): void => console.log('a')"],
    ['eslint(no-restricted-imports)', "import { DatabaseSync } from 'node:sqlite'\nexport const a = DatabaseSync"],
    ['eslint(eqeqeq)', 'export const f = (a: number, b: number): boolean => a == b'],
    ['eslint(max-lines)', Array.from({ length: 301 }, (_, i) => `export const a${i} = ${i}\n`).join('')],
    ['import(no-cycle)', "import { b } from './cycle.ts'\nexport const a = (): number => b()"],
    ['import(no-default-export)', 'export default 1'],
  ]
  const quiet: readonly [path: string, code: string][] = [
    ['src/types.ts', "import type { DatabaseSync } from 'node:sqlite'\nexport type A = DatabaseSync"],
    ['src/cli/say.ts', "export const f = (): void => console.log('a')"],
    ['test/a.test.ts', "import { test } from 'node:test'\ntest('a', () => {})"],
  ]

  test('reports each planted violation, by the rule it breaks, and nothing else', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'manyhands-lint-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const write = (path: string, code: string) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), `${code}\n`)
    }
    for (const [index, [, code]] of planted.entries()) write(`src/planted-${index}.ts`, code)
    for (const [path, code] of quiet) write(path, code)
    const cycle = planted.findIndex(([rule]) => rule === 'import(no-cycle)')
    write('src/cycle.ts', `import { a } from './planted-${cycle}.ts'\nexport const b = (): number => a()`)
    for (const file of ['.oxlintrc.json', 'tsconfig.json']) cpSync(`${root}${file}`, join(folder, file))
    write('package.json', '{ "type": "module" }')
    symlinkSync(`${root}node_modules`, join(folder, 'node_modules'))

    const oxlint = `${root}node_modules/.bin/oxlint`
    const options = ['--type-aware', '--format', 'unix', 'src', 'test']
    const { stdout, stderr } = spawnSync(oxlint, options, { cwd: folder, encoding: 'utf8' })
    const reports = stdout.matchAll(/^(\S+?):\d+:\d+: .*\[Error\/(.+)\]$/gm)
    const found = [...reports].map(([, path, rule]) => `${path} ${rule}`)
    const expected = planted.map(([rule], index) => `src/planted-${index}.ts ${rule}`)
    assert.deepEqual([...new Set(found)].sort(), [...expected, 'src/cycle.ts import(no-cycle)'].sort(), stdout + stderr)
  })
})

function specifiers(code: string): string {
  return [...code.matchAll(/'([^']+)'/g)].map(([, name]) => name).join(', ')
}
