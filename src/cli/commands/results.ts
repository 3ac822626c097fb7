import path from 'node:path'
import type { Outcome, Store } from '../../run/index.ts'
import type { ResultsFlags } from '../define/read.ts'
import { UsageError } from '../errors.ts'
import type { Line } from '../formats/fields.ts'
import { FORMATS, type FormatName } from '../formats/names.ts'
import { writeLines } from '../formats/write.ts'
import { keyFilter } from '../key-filter.ts'
import { withStore } from '../store.ts'

/** `manyhands results` */
export async function writeResults(file: string, flags: ResultsFlags): Promise<void> {
  const format = flags.format ?? formatByName(flags.output) ?? 'jsonl'
  const { output } = flags
  if (format === 'parquet' && output === undefined) throw new UsageError('parquet is not text; name a file for it: -o')
  if (output !== undefined && path.resolve(output) === path.resolve(file)) {
    throw new UsageError(`-o ${output} is the store itself; name another file`)
  }
  try {
    await withStore(file, (store) => writeLines(format, () => lines(store, flags), output))
  } catch (error) {
    throw output === undefined ? error : unwritable(error, output)
  }
}

function formatByName(output: string | undefined): FormatName | undefined {
  const ending = output === undefined ? '' : path.extname(output).slice(1).toLowerCase()
  return ending === 'ndjson' ? 'jsonl' : FORMATS.find((format) => format === ending)
}

function* lines(store: Store, { failed, key, details }: ResultsFlags): Generator<Line> {
  const isWanted = keyFilter(key)
  for (const outcome of failed ? store.failures() : store.results()) {
    if (isWanted(outcome.key)) yield lineOf(outcome, details ?? false)
  }
}

function lineOf(outcome: Outcome, details: boolean): Line {
  const { key, status, value, error, attempts, startedAt, duration, worker } = outcome
  const result = status === 'done' ? { key, value } : { key, error: withoutStack(error), attempts }
  return details ? { ...result, attempts, startedAt: new Date(startedAt).toISOString(), duration, worker } : result
}

function withoutStack(error: Outcome['error']): object {
  const { stack: _stack, ...rest } = error ?? { name: 'Error', message: '' }
  return rest
}

function unwritable(error: unknown, output: string): unknown {
  if (!(error instanceof Error) || !('syscall' in error)) return error
  return new UsageError(`${output} cannot be written: ${error.message}`, { cause: error })
}
