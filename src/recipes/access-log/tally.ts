import { ByteTable, NameBudget, decodeText } from './byte-table.ts'

/** How many malformed lines a report shows. */
export const SAMPLES = 20

/** How much of a malformed line a report shows, in bytes. */
const SAMPLE_LENGTH = 200

/** A line that no format fits. */
export interface MalformedLine {
  /** Its number in the file, from 1. */
  readonly line: number
  /** Its start, one character a byte where it is not UTF-8. */
  readonly text: string
}

/** The counts of one log while it is read. */
export class LogTally {
  lines = 0
  blank = 0
  combined = 0
  common = 0
  /** Lines, of either format, that begin with a virtual host. */
  vhost = 0
  malformed = 0
  /** Requests that are not `method target protocol`: they have neither method nor path. */
  oddRequests = 0
  /** Bytes sent. */
  bytes = 0
  readonly samples: MalformedLine[] = []
  readonly statuses = new Float64Array(1000)
  readonly paths: ByteTable
  readonly hosts: ByteTable
  readonly agents: ByteTable
  readonly methods: ByteTable
  readonly hours: ByteTable

  /** @param memory - bytes for all names, of paths, hosts, agents…; then the rarest are forgotten. */
  constructor(memory: number) {
    const budget = new NameBudget(memory)
    this.paths = new ByteTable(budget)
    this.hosts = new ByteTable(budget)
    this.agents = new ByteTable(budget)
    this.methods = new ByteTable(budget)
    this.hours = new ByteTable(budget)
  }

  addStatus(status: number): void {
    this.statuses[status] = (this.statuses[status] ?? 0) + 1
  }

  addMalformed(line: number, source: Buffer, start: number, end: number): void {
    this.malformed++
    if (this.samples.length === SAMPLES) return
    const bytes = source.subarray(start, Math.min(end, start + SAMPLE_LENGTH))
    this.samples.push({ line, text: decodeText(bytes) })
  }
}
