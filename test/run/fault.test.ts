// The promise: what was reported saved survives a SIGKILL of any process at any moment, and nothing is done twice.
//
// A program runs over real files with worker processes, and this test kills it, its writer or a worker at a moment that
// a seeded generator chooses; then it runs it again, until all is done. 30 kills; MANYHANDS_FAULT_ROUNDS=200 for more,
// MANYHANDS_FAULT_SEED=7 for others.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openStore } from 'manyhands/run'
import { random } from '../fixtures/random.ts'
import { openFolder } from '../helpers/tmp.ts'

const KILLS = Number(process.env['MANYHANDS_FAULT_ROUNDS'] ?? 30)
const SEED = Number(process.env['MANYHANDS_FAULT_SEED'] ?? 1)
const FILES = 250
/** A round takes a second or two where the machine is free. */
const TIMEOUT = 120_000 + KILLS * 20_000

type Victim = 'coordinator' | 'writer' | 'worker'

/** Stores of all formats, with both kinds of writer that can be killed or left behind. */
const CAMPAIGNS = [
  { name: 'run.db', writer: 'thread' },
  { name: 'run.db', writer: 'process' },
  { name: 'run.log', writer: 'process' },
  { name: 'run.jsonl', writer: 'thread' },
  { name: 'run.db', writer: 'process' },
  { name: 'run.json', writer: 'process' },
] as const

const next = random(SEED)
const below = (limit: number) => Math.floor(next() * limit)

function makeInputs(folder: string): void {
  for (let index = 0; index < FILES; index++) {
    const group = join(folder, `group ${index % 7}`)
    mkdirSync(group, { recursive: true })
    const text = Array.from({ length: 3 + below(60) }, () => ['un', 'dos', 'три', 'quatre'][below(4)]).join(' ')
    writeFileSync(join(group, `file-${String(index).padStart(4, '0')}.txt`), index % 50 === 7 ? `bad ${text}` : text)
  }
}

interface Round {
  /** Keys in the order in which they were reported saved. */
  readonly saved: string[]
  /** Names of files that a worker took up to its end. */
  readonly worked: string[]
  /** Whom the kill reached; undefined when the program was at its end before. */
  readonly killed: Victim | undefined
  readonly report: { readonly left: number | undefined } | undefined
}

/** Runs the program once, and kills at its `afterLines`-th line, or `delay` later. */
async function runOnce(
  t: TestContext,
  folder: string,
  store: string,
  writer: string,
  kill?: { readonly victim: Victim; readonly afterLines: number; readonly delay: number },
): Promise<Round> {
  const marks = join(folder, `marks-${below(1e9)}`)
  const child: ChildProcess = spawn(
    process.execPath,
    [
      fileURLToPath(new URL('fixtures/coordinator.ts', import.meta.url)),
      JSON.stringify({ task: 'study', folder: join(folder, 'in'), store, writer, workers: 2, retries: 2, backoff: 1 }),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, MARKS: marks } },
  )
  t.after(() => child.kill('SIGKILL'))
  const round = { saved: [] as string[], killed: undefined as Victim | undefined, report: undefined as Round['report'] }
  const pids = { coordinator: child.pid, writer: undefined as number | undefined, workers: [] as number[] }
  const strike = (): void => {
    if (kill === undefined || round.killed !== undefined) return
    const pid = kill.victim === 'worker' ? pids.workers[below(pids.workers.length)] : pids[kill.victim]
    // The writer may be a thread of the program.
    if (send(pid)) round.killed = pid === child.pid ? 'coordinator' : kill.victim
    else if (send(child.pid)) round.killed = 'coordinator'
  }
  let lines = 0
  if (kill?.afterLines === 0) setTimeout(strike, kill.delay)
  for await (const line of createInterface({ input: child.stdout ?? assert.fail() })) {
    const space = line.indexOf(' ')
    const [what, value] = [line.slice(0, space), line.slice(space + 1)]
    if (what === 'saved') round.saved.push(value)
    else if (what === 'worker') pids.workers.push(Number(value))
    else if (what === 'writer') pids.writer = Number(value)
    else if (what === 'report') round.report = JSON.parse(value) as Round['report']
    else if (what === 'error')
      assert.equal((JSON.parse(value) as { code: string }).code, 'ERR_STORE_WRITER_DIED', value)
    else if (what === 'warning') assert.fail(`A kill does not damage a store: ${value}`)
    if (++lines === kill?.afterLines) {
      if (kill.delay > 10) setTimeout(strike, kill.delay - 10)
      else strike()
    }
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  const worked = existsSync(marks) ? readFileSync(marks, 'utf8').split('\n').filter(Boolean) : []
  return { ...round, worked }
}

function send(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 'SIGKILL')
  } catch {
    return false
  }
}

/** What became of each item, without what differs from run to run: the last attempt of one that fails may be the one that was killed. */
function outcomesOf(store: string): Map<string, unknown> {
  const opened = openStore(store)
  const all = Array.from(opened.outcomes(), ({ key, status, value }) => [key, { status, value }] as const)
  opened.close()
  const outcomes = new Map(all)
  assert.equal(outcomes.size, all.length, 'no item is given twice')
  return outcomes
}

/** How often each item is recorded in the file itself. */
function assertOnce(store: string): void {
  const keys = store.endsWith('.db')
    ? keysInDatabase(store)
    : [...readFileSync(store, 'latin1').matchAll(/^.*?\{"key":"([^"]+)","status"/gm)].map(([, key]) => key)
  assert.equal(new Set(keys).size, keys.length, 'an item is recorded twice')
  assert.equal(keys.length, FILES)
}

function keysInDatabase(store: string): unknown[] {
  const database = new (process.getBuiltinModule('node:sqlite').DatabaseSync)(store, { readOnly: true })
  const rows = database.prepare('SELECT key FROM items').all()
  database.close()
  return rows.map(({ key }) => key)
}

test(`${KILLS} kills lose nothing and double nothing (seed ${SEED})`, { timeout: TIMEOUT }, async (t) => {
  const folder = openFolder(t)
  makeInputs(join(folder, 'in'))
  await runOnce(t, folder, join(folder, 'undisturbed.db'), 'thread')
  const expected = outcomesOf(join(folder, 'undisturbed.db'))
  assert.equal(expected.size, FILES)

  const kills = { coordinator: 0, writer: 0, worker: 0 }
  let total = 0
  for (let campaign = 0; total < KILLS; campaign++) {
    const { name, writer } = CAMPAIGNS[campaign % CAMPAIGNS.length] ?? assert.fail()
    const store = join(folder, `${campaign}-${name}`)
    const saved = new Set<string>()
    for (let round = 0; ; round++) {
      // The first round of a store is killed at any moment from its start on, the others mostly while they work.
      const afterLines = next() < 0.2 ? 0 : 1 + below(120)
      const victim = (['coordinator', 'writer', 'worker'] as const)[below(3)] ?? assert.fail()
      const kill = total < KILLS ? { victim, afterLines, delay: below(afterLines === 0 ? 500 : 40) } : undefined
      const { saved: newly, worked, killed, report } = await runOnce(t, folder, store, writer, kill)
      const where = `campaign ${campaign} (${name}, ${writer}), round ${round}, ${killed ?? 'nobody'} killed`
      for (const file of worked)
        assert.ok(![...saved].some((key) => key.endsWith(`/${file}`)), `${file} was saved and is done again: ${where}`)
      for (const key of newly) {
        assert.ok(!saved.has(key), `${key} is reported saved twice: ${where}`)
        saved.add(key)
      }
      const there = outcomesOf(store)
      for (const key of saved)
        assert.deepEqual(there.get(key), expected.get(key), `${key} was reported saved: ${where}`)
      if (killed) {
        kills[killed]++
        total++
      }
      if (report?.left === 0) break
    }
    assert.deepEqual(outcomesOf(store), expected, `campaign ${campaign} (${name}, ${writer})`)
    assertOnce(store)
  }
  t.diagnostic(`killed: ${kills.coordinator} coordinators, ${kills.writer} writers, ${kills.worker} workers`)
  if (KILLS >= 30) assert.ok(kills.coordinator > 0 && kills.writer > 0 && kills.worker > 0)
})
