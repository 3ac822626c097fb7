import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { test } from 'node:test'
import { Pool, cpuCount } from 'manyhands'
import { root } from '../../scripts/project.ts'

test('S4-05 cpuCount() is what this process may use, and the default size of a pool', () => {
  assert.ok(Number.isInteger(cpuCount()) && cpuCount() >= 1 && cpuCount() <= availableParallelism())
  assert.equal(new Pool().size, cpuCount())
})

const hasTaskset = spawnSync('taskset', ['--version']).status === 0
test('S4-05 cpuCount() heeds the affinity of the process', { skip: !hasTaskset }, () => {
  const program = "import { cpuCount } from 'manyhands'; console.log(cpuCount())"
  const node = [process.execPath, '--input-type=module', '-e', program]
  assert.equal(execFileSync('taskset', ['-c', '0', ...node], { cwd: root, encoding: 'utf8' }), '1\n')
})
