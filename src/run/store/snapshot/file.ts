import { readFileSync } from 'node:fs'
import { LogIndex } from '../log/index-of-log.ts'
import { headRecord, parseRecord } from '../log/records.ts'

/** What a snapshot holds: the text of each item's record, and an index of them. */
export interface Snapshot {
  readonly items: Map<string, string>
  readonly index: LogIndex
  readonly isDamaged: boolean
}

const START = `${headRecord('snapshot').slice(0, -1)},"records":[\n`
const END = '\n]}\n'

/** The text of a snapshot: one JSON document with one record per line, so that a damaged one can be read in part. */
export function snapshotText(records: readonly string[]): string {
  return START + records.join(',\n') + END
}

/** Reads a snapshot, or of a damaged one every line that is whole. */
export function readSnapshot(path: string): Snapshot {
  const items = new Map<string, string>()
  const index = new LogIndex()
  const text = readFileSync(path, 'utf8')
  const isWhole = text.startsWith(START) && text.endsWith(END)
  const lines = text.slice(text.indexOf('\n') + 1, isWhole ? -END.length : undefined).split('\n')
  let isDamaged = !isWhole
  for (const [position, line] of lines.entries()) {
    const record = line.endsWith(',') ? line.slice(0, -1) : line
    // A store that was just made has no records, and a damaged one may end in the middle of a line.
    if (record === '') continue
    try {
      const parsed = parseRecord(record)
      index.add(record, position, 0)
      if (parsed.kind === 'item') items.set(parsed.outcome.key, record)
    } catch {
      isDamaged = true
    }
  }
  return { items, index, isDamaged }
}
