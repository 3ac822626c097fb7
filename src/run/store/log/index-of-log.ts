import type { Batch, RawAttempt, RunRecord, Status, StoreFacts } from '../outcome.ts'
import { standing } from '../standing.ts'
import { parseRecord } from './records.ts'

/** Where an item lies in a log, and what planning needs to know of it. */
export interface Place {
  readonly offset: number
  readonly length: number
  readonly status: Status
  readonly fingerprint: string | null
  readonly version: number
}

/** What is known of a log's content without its values. It is held in memory, which is the price of these formats. */
export class LogIndex {
  readonly places = new Map<string, Place>()
  readonly tries: RawAttempt[] = []
  readonly runs: RunRecord[] = []
  facts: StoreFacts | undefined

  /** Takes a record in; a later record of an item replaces the earlier one. */
  add(text: string, offset: number, length: number): void {
    const record = parseRecord(text)
    if (record.kind === 'item') {
      const { key, status, fingerprint } = record.outcome
      this.places.set(key, { offset, length, status, fingerprint, version: record.version })
    } else if (record.kind === 'try') this.tries.push(record.attempt)
    else if (record.kind === 'facts') this.facts = record.facts
    else if (record.kind === 'run') this.runs.push(record.run)
    else if (record.kind === 'end') this.#end(record.run)
  }

  /** Takes a batch in that was just written; where it lies is of no interest to the writer. */
  addBatch(batch: Batch, version: number): void {
    for (const [index, key] of batch.keys.entries()) {
      const status = batch.errors[index] == null ? 'done' : 'failed'
      this.places.set(key, { offset: -1, length: 0, status, fingerprint: batch.fingerprints[index] ?? null, version })
    }
  }

  check(keys: readonly string[], fingerprints: readonly (string | null)[] | null, version: number): Uint8Array {
    return Uint8Array.from(keys, (key, index) => {
      const place = this.places.get(key)
      return place === undefined
        ? 0
        : standing(place.status, place.fingerprint, place.version, fingerprints?.[index] ?? null, version)
    })
  }

  #end(run: RunRecord): void {
    const index = this.runs.findLastIndex(({ pid, startedAt }) => pid === run.pid && startedAt === run.startedAt)
    this.runs[index < 0 ? this.runs.length : index] = run
  }
}
