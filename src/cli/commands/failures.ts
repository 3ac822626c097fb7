import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Attempt, Failure, Store, StoredError } from '../../run/index.ts'
import type { FailuresFlags } from '../define/read.ts'
import { stdout } from '../formats/sink.ts'
import { keyFilter } from '../key-filter.ts'
import { errorLine } from '../progress/listen.ts'
import { withStore } from '../store.ts'
import { stdoutColumns } from '../terminal/labelled.ts'
import { type Style, styleOf } from '../terminal/style.ts'
import { type Column, table } from '../terminal/table.ts'
import { showDuration, showMany, showTime } from '../terminal/units.ts'

/** `manyhands failures` */
export async function listFailures(path: string, flags: FailuresFlags): Promise<void> {
  await withStore(path, (store) => (flags.json ? writeJson(store, flags) : writeText(store, flags)))
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
  for (const {
    key,
    error: { stack, ...error },
    attempts,
    startedAt,
    duration,
    worker,
  } of misses(store, flags)) {
    const failure = {
      key,
      error: flags.stack ? { ...error, stack } : error,
      [flags.attempts ? 'attempt' : 'attempts']: attempts,
      startedAt: new Date(startedAt).toISOString(),
      duration,
      worker,
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
      : rowsOf(page, style).slice(isFirst ? 0 : 1)
    page = []
    await stdout.write(`${lines.join('\n')}\n`)
  }
  for (const miss of misses(store, flags)) if (page.push(miss) === PAGE) await flush()
  if (page.length > 0) await flush()
  else if (pages === 0) await stdout.write(flags.key === undefined ? 'Nothing failed\n' : `No ${flags.key} failed\n`)
}

/** A column of the table; the narrower the terminal, the fewer there are. */
type Field = Column & { readonly from: number; readonly cell: (miss: Miss) => string }

const FIELDS: readonly Field[] = [
  { title: 'item', cut: 'start', from: 0, cell: ({ key }) => key },
  { title: 'tries', align: 'right', from: 0, cell: ({ attempts }) => String(attempts) },
  { title: 'worker', from: 80, cell: ({ worker }) => worker },
  { title: 'when', from: 120, cell: ({ startedAt }) => showTime(startedAt) },
  { title: 'took', align: 'right', from: 100, cell: ({ duration }) => showDuration(duration) },
  { title: 'error', cut: 'end', from: 0, cell: ({ error }) => errorLine(error) },
]

function rowsOf(page: readonly Miss[], style: Style): string[] {
  const limit = stdoutColumns()
  const fields = FIELDS.filter(({ from }) => from <= limit)
  return table(
    fields,
    page.map((miss) => fields.map(({ cell }) => cell(miss))),
    style,
    limit,
  )
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
