import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Attempt, Failure, Store, StoredError } from '../../run/index.ts'
import type { FailuresFlags } from '../define/read.ts'
import { stdout } from '../formats/sink.ts'
import { keyFilter } from '../key-filter.ts'
import { errorLine } from '../progress/listen.ts'
import { withStore } from '../store.ts'
import { type Style, styleOf } from '../terminal/style.ts'
import { type Column, table } from '../terminal/table.ts'
import { showDuration, showMany, showTime } from '../terminal/units.ts'

/** `manyhands failures` */
export async function listFailures(path: string, flags: FailuresFlags): Promise<void> {
  await withStore(path, (store) => flags.json ? writeJson(store, flags) : writeText(store, flags))
}

/** A failure, or a failed attempt: what both have. */
type Miss = Pick<Failure, 'key' | 'error' | 'startedAt' | 'duration' | 'worker'> & { readonly attempts: number }

function* misses(store: Store, { key, attempts }: FailuresFlags): Generator<Miss> {
  const isWanted = keyFilter(key)
  const found: Iterable<Failure | Attempt> = attempts ? store.attempts() : store.failures()
  for (const each of found) {
    if (isWanted(each.key)) yield { ...each, attempts: 'attempt' in each ? each.attempt : each.attempts }
  }
}

async function writeJson(store: Store, flags: FailuresFlags): Promise<void> {
  let before = '['
  for (const { key, error: { stack, ...error }, attempts, startedAt, duration, worker } of misses(store, flags)) {
    const failure = {
      key, error: flags.stack ? { ...error, stack } : error, [flags.attempts ? 'attempt' : 'attempts']: attempts,
      startedAt: new Date(startedAt).toISOString(), duration, worker,
    }
    await stdout.write(`${before}\n${JSON.stringify(failure)}`)
    before = ','
  }
  await stdout.write(before === '[' ? '[]\n' : '\n]\n')
}

/** Rows that are laid out together: a table of any length needs no more memory than these. */
const PAGE = 1000

async function writeText(store: Store, flags: FailuresFlags): Promise<void> {
  const style = styleOf(process.stdout)
  let page: Miss[] = []
  let pages = 0
  const flush = async (): Promise<void> => {
    const isFirst = pages++ === 0
    const lines = flags.stack
      ? page.flatMap((miss) => withStack(miss, style))
      : rowsOf(page, flags, style).slice(isFirst ? 0 : 1)
    page = []
    await stdout.write(`${lines.join('\n')}\n`)
  }
  for (const miss of misses(store, flags)) if (page.push(miss) === PAGE) await flush()
  if (page.length > 0) await flush()
  else if (pages === 0) await stdout.write(flags.key === undefined ? 'Nothing failed\n' : `No ${flags.key} failed\n`)
}

function rowsOf(page: readonly Miss[], flags: FailuresFlags, style: Style): string[] {
  const columns: readonly Column[] = [
    { title: 'item', cut: 'start' },
    { title: flags.attempts ? 'attempt' : 'attempts', align: 'right' },
    { title: 'worker' },
    { title: 'when' },
    { title: 'took', align: 'right' },
    { title: 'error', cut: 'end' },
  ]
  const rows = page.map(({ key, error, attempts, worker, startedAt, duration }) => {
    return [key, String(attempts), worker, showTime(startedAt), showDuration(duration), errorLine(error)]
  })
  return table(columns, rows, style, process.stdout.isTTY ? process.stdout.columns : Infinity)
}

function withStack({ key, error, attempts, worker, startedAt }: Miss, style: Style): string[] {
  const where = [showMany(attempts, 'attempt'), worker, showTime(startedAt)].join(', ')
  return [style.bold(key), style.dim(`  ${where}`), ...stackLines(error), '']
}

/** Where the frames of manyhands itself are; they tell nothing about a task. */
const LIBRARY = pathToFileURL(path.dirname(path.dirname(import.meta.dirname))).href

function stackLines(error: StoredError): string[] {
  const lines = (error.stack ?? errorLine(error)).split('\n').filter((line) => !line.includes(LIBRARY))
  const own = lines.map((line) => `  ${line}`)
  return error.cause === undefined ? own : [...own, '  caused by', ...stackLines(error.cause)]
}
