import { FORMAT_VERSION, type Format } from '../format.ts'
import type { Batch, RawAttempt, RawOutcome, RunRecord, Status, StoreFacts } from '../outcome.ts'

/** The first record of a log or snapshot. */
export function headRecord(format: Format): string {
  return JSON.stringify({ manyhands: FORMAT_VERSION, format })
}

/** The text of an item. Its value and error are JSON already and become part of it as they are. */
export function itemRecord(batch: Batch, index: number, version: number): string {
  const error = batch.errors[index] ?? null
  const small = JSON.stringify({
    key: batch.keys[index],
    status: error === null ? 'done' : 'failed',
    fingerprint: batch.fingerprints[index] ?? null,
    version,
    attempts: batch.attempts[index],
    startedAt: batch.startedAt[index],
    duration: Math.round((batch.duration[index] ?? 0) * 1000) / 1000,
    worker: batch.workers[index],
    pid: batch.pids[index],
  })
  return `${small.slice(0, -1)},${error === null ? `"value":${batch.values[index] ?? 'null'}` : `"error":${error}`}}`
}

export function attemptRecord({ error, ...attempt }: RawAttempt): string {
  return `{"try":${JSON.stringify(attempt).slice(0, -1)},"error":${error}}}`
}

/** What a record of a log may say. */
export type LogRecord =
  | { readonly kind: 'item'; readonly outcome: RawOutcome; readonly version: number }
  | { readonly kind: 'try'; readonly attempt: RawAttempt }
  | { readonly kind: 'facts'; readonly facts: StoreFacts }
  | { readonly kind: 'run' | 'end'; readonly run: RunRecord }
  | { readonly kind: 'other' }

interface Parsed {
  readonly key?: string
  readonly status?: Status
  readonly fingerprint?: string | null
  readonly version?: number
  readonly attempts?: number
  readonly startedAt?: number
  readonly duration?: number
  readonly worker?: string
  readonly pid?: number
  readonly value?: unknown
  readonly error?: unknown
  readonly try?: Omit<RawAttempt, 'error'> & { readonly error: unknown }
  readonly facts?: StoreFacts
  readonly run?: RunRecord
  readonly end?: RunRecord
}

/** Reads a record. One that a newer manyhands may have added is `'other'`. */
export function parseRecord(text: string): LogRecord {
  const parsed = JSON.parse(text) as Parsed
  if (typeof parsed.key === 'string')
    return { kind: 'item', outcome: outcomeOf(parsed.key, parsed), version: parsed.version ?? 0 }
  if (parsed.try) return { kind: 'try', attempt: { ...parsed.try, error: JSON.stringify(parsed.try.error) } }
  if (parsed.facts) return { kind: 'facts', facts: parsed.facts }
  if (parsed.run) return { kind: 'run', run: parsed.run }
  if (parsed.end) return { kind: 'end', run: parsed.end }
  return { kind: 'other' }
}

function outcomeOf(key: string, parsed: Parsed): RawOutcome {
  return {
    key,
    status: parsed.status === 'failed' ? 'failed' : 'done',
    value: 'value' in parsed ? JSON.stringify(parsed.value) : null,
    error: 'error' in parsed ? JSON.stringify(parsed.error) : null,
    fingerprint: parsed.fingerprint ?? null,
    attempts: parsed.attempts ?? 1,
    startedAt: parsed.startedAt ?? 0,
    duration: parsed.duration ?? 0,
    worker: parsed.worker ?? '',
    pid: parsed.pid ?? 0,
  }
}
