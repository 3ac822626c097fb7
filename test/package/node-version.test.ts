// An older Node gets one clear line from the library, the command and the npm scripts, and no syntax or import error.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { oldNode } from '../../scripts/old-node.ts'
import { read, root } from '../../scripts/project.ts'
import { tooOld } from '../../src/errors/node-version.ts'

const manifest = JSON.parse(read('package.json')) as {
  engines: { node: string }
  exports: Record<string, string | { default: string }>
}
const needed = manifest.engines.node.replace('>=', '')

test('knows which versions are too old', () => {
  const old = ['0.12.18', '18.20.8', '20.19.0', '22.0.0', '22.17.1']
  const good = ['22.18.0', '22.23.3', '24.0.0', '24.21.0', '26.1.0', '100.0.0']
  assert.deepEqual(
    [...old, ...good].filter((version) => tooOld(version) !== undefined),
    old,
  )
})

test('says in one line what is needed, what was found, and how to get it', () => {
  const line = /^manyhands needs Node\.js 22\.18 or newer, and this is 20\.20\.2 \(\/.+\); install [^\n]+$/
  assert.match(tooOld('20.20.2') ?? '', line)
})

test('the command says so where it is not built', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'manyhands-bin-'))
  t.after(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'bin'))
  cpSync(`${root}bin/manyhands.mjs`, join(folder, 'bin/manyhands.mjs'))
  const bin = join(folder, 'bin/manyhands.mjs')
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin], { encoding: 'utf8' })
  assert.deepEqual([status, stdout], [2, ''])
  assert.match(stderr, /^manyhands is not built here: .+main\.js is missing; run `npm ci && npm run build`\n$/)
})

const old = oldNode()
describe('with a real older Node', { skip: old === undefined && `no Node older than ${needed} on PATH` }, () => {
  const run = (...args: string[]) => spawnSync(old ?? '', args, { cwd: root, encoding: 'utf8' })
  const line = new RegExp(`^manyhands needs Node(\\.js)? ${needed.replace('.', '\\.')} or newer, [^\\n]+\\n$`)

  const entries = Object.entries(manifest.exports).flatMap(([entry, target]) =>
    typeof target === 'object' && existsSync(root + target.default) ? [`manyhands${entry.slice(1)}`] : [],
  )
  for (const specifier of entries) {
    test(`import '${specifier}' throws the line`, () => {
      const code = `import('${specifier}').catch((error) => { console.error(error.stack); process.exit(7) })`
      const { status, stdout, stderr } = run('--input-type=module', '-e', code)
      assert.match(stderr, line)
      assert.deepEqual([status, stdout], [7, ''])
    })
  }

  for (const script of ['bin/manyhands.mjs', 'scripts/check-node.cjs']) {
    test(`${script} prints the line and exits with 2`, () => {
      const { status, stdout, stderr } = run(script)
      assert.match(stderr, line)
      assert.deepEqual([status, stdout], [2, ''])
    })
  }
})

test('the Node that runs the npm scripts is new enough for them', () => {
  const script = `${root}scripts/check-node.cjs`
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' })
  assert.deepEqual([status, stdout, stderr], [0, '', ''])
})
