// One run per store, by a lock that dies with its owner.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { StoreBusyError } from '../../src/run/store/errors.ts'
import { StoreLock, lockFile, lockOwner } from '../../src/run/store/lock.ts'
import { openFolder } from '../helpers/tmp.ts'

const module = fileURLToPath(new URL('../../src/run/store/lock.ts', import.meta.url))

/** A process that holds the lock of a store until it is killed, or told to let go. */
async function holder(t: TestContext, path: string): Promise<ChildProcess> {
  const script = `
    const { StoreLock } = await import(${JSON.stringify(module)})
    const lock = StoreLock.acquire(${JSON.stringify(path)}, process.pid)
    console.log('held')
    process.stdin.on('data', () => { lock.release(); process.exit(0) })
  `
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return child
}

describe('the lock of a store', () => {
  const store = (t: TestContext) => join(openFolder(t), 'run.db')

  test('is had by one at a time, also within one process, and tells who', (t) => {
    const path = store(t)
    assert.equal(lockOwner(path), undefined)
    const lock = StoreLock.acquire(path, process.pid)
    assert.equal(lockOwner(path), process.pid)
    assert.throws(
      () => StoreLock.acquire(path, process.pid),
      (error) => {
        assert.ok(error instanceof StoreBusyError)
        assert.deepEqual([error.pid, error.path, error.code], [process.pid, path, 'ERR_STORE_BUSY'])
        return true
      },
    )
    lock.release()
    assert.equal(existsSync(lockFile(path)), false, 'nothing is left behind')
    StoreLock.acquire(path, process.pid).release()
  })

  test('names the other process, and can be had as soon as that lets go', async (t) => {
    const path = store(t)
    const child = await holder(t, path)
    assert.equal(lockOwner(path), child.pid)
    assert.throws(
      () => StoreLock.acquire(path, process.pid),
      (error) => error instanceof StoreBusyError && error.pid === child.pid,
    )
    child.stdin?.write('go\n')
    await once(child, 'exit')
    assert.equal(lockOwner(path), undefined)
    StoreLock.acquire(path, process.pid).release()
  })

  test('dies with its owner: nothing is to unlock after a SIGKILL', async (t) => {
    const path = store(t)
    const child = await holder(t, path)
    child.kill('SIGKILL')
    await once(child, 'exit')
    assert.equal(existsSync(lockFile(path)), true)
    assert.equal(lockOwner(path), undefined)
    const lock = StoreLock.acquire(path, process.pid)
    assert.equal(lockOwner(path), process.pid)
    lock.release()
  })

  test('is not fooled by a lock file that is damaged', (t) => {
    const path = store(t)
    writeFileSync(lockFile(path), 'no database, but a text that somebody wrote here'.repeat(50))
    assert.equal(lockOwner(path), undefined)
    StoreLock.acquire(path, process.pid).release()
  })

  test('is had by exactly one of many that want it at once', async (t) => {
    const path = store(t)
    const script = `
      const { StoreLock } = await import(${JSON.stringify(module)})
      let held = 0
      for (let round = 0; round < 40; round++) {
        try {
          const lock = StoreLock.acquire(${JSON.stringify(path)}, process.pid)
          const { mkdirSync, rmdirSync } = await import('node:fs')
          mkdirSync(${JSON.stringify(`${path}-inside`)})
          rmdirSync(${JSON.stringify(`${path}-inside`)})
          lock.release()
          held++
        } catch (error) {
          if (error.code !== 'ERR_STORE_BUSY') throw error
        }
      }
      console.log(held)
    `
    const children = Array.from({ length: 4 }, () =>
      spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] }),
    )
    const held = await Promise.all(
      children.map(async (child) => {
        const [[text], [code]] = await Promise.all([
          once(child.stdout, 'data') as Promise<[Buffer]>,
          once(child, 'exit') as Promise<[number]>,
        ])
        assert.equal(code, 0, 'nobody met another inside')
        return Number(String(text))
      }),
    )
    assert.ok(held.reduce((sum, count) => sum + count) > 0)
  })
})
