// The *.test-d.ts files beside this one compile: types are inferred as they say, and every line that they mark as wrong
// (by a @ts-expect-error) is refused.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { root, tsc } from '../../scripts/project.ts'

function check(folder: string): string {
  return spawnSync(tsc, ['-p', folder, '--noEmit', '--pretty', 'false'], { encoding: 'utf8' }).stdout
}

test('the type tests hold', () => {
  assert.equal(check(`${root}test/types`), '')
})

test('a type test that does not hold is reported', (t) => {
  mkdirSync(`${root}tmp`, { recursive: true })
  const folder = mkdtempSync(`${root}tmp/types-`)
  t.after(() => rmSync(folder, { recursive: true }))
  cpSync(`${root}test/types/same.ts`, `${folder}/same.ts`)
  const planted = [
    "import { same } from './same.ts'",
    'same<string, string>()',
    'same<string, unknown>()',
    'same<{ a: 1 }, { a?: 1 }>()',
    'same<any, string>()',
    'same<readonly string[], string[]>()',
    '// @ts-expect-error nothing is wrong with this',
    'same<1 | 2, 2 | 1>()',
  ]
  writeFileSync(`${folder}/planted.test-d.ts`, planted.join('\n'))
  writeFileSync(`${folder}/tsconfig.json`, JSON.stringify({ extends: '../../tsconfig.json', include: ['.'] }))
  const lines = [...check(folder).matchAll(/planted\.test-d\.ts\((\d+),/g)].map(([, line]) => Number(line))
  assert.deepEqual(lines, [3, 4, 5, 6, 7])
})
