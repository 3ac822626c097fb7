import { task } from '../../index.ts'
import { LogFile } from './log-file.ts'
import { type FileFacts, type LogReport, logReport } from './log-report.ts'
import { LogScanner } from './scanner.ts'
import type { LogTally } from './tally.ts'

/** How {@link scanLog} reads a log. */
export interface ScanOptions {
  /**
   * How many of the most common paths, hosts and agents a report keeps; it then says in `bounds` by how much any count
   * of them may be short, and the bounds of merged reports add up. For logs with millions of distinct names.
   *
   * @default all of them: every count is exact
   */
  readonly keep?: number | undefined
}

/**
 * Memory for the distinct names of one log. It holds some 400,000; of a log with more, the rarest are not
 * counted, and its report says in `bounds` what that can cost.
 */
const NAMES = 128 * 1024 * 1024

/**
 * The whole report of one access log: counts of lines, statuses, methods, paths, hosts, hours and agents. The task of
 * the recipe `access-log`.
 *
 * Formats are recognised line by line: combined, common, and either behind `vhost:port`. Gzip is recognised by content,
 * with any number of members. A log that ends in the middle is counted as far as it goes; of a damaged one, the members
 * whose checksums are right; the report's `problem` says so. Lines that fit no format are counted and sampled.
 *
 * @param path - a plain or gzip file.
 * @throws the error of `node:fs` when the file cannot be opened or read.
 *
 * @example
 * ```ts
 * import { scanLog } from 'manyhands/recipes/access-log'
 *
 * const report = await scanLog('logs/sunday.log.gz')
 * console.log(report.lines, report.malformed, report.problem) // 60 0 null
 * ```
 */
export const scanLog = task(
  import.meta,
  async function scanLog(path: string, options?: ScanOptions): Promise<LogReport> {
    const { tally, facts } = await tallyLog(path)
    return logReport(tally, facts, options?.keep)
  },
)

/** Reads a log; a damaged one twice, the second time only as far as it is sound. */
export async function tallyLog(path: string): Promise<{ tally: LogTally; facts: FileFacts }> {
  const file = new LogFile(path)
  const tally = await tallyOf(file)
  const { size, raw, gzip, sound, problem } = file
  if (!file.damaged) return { tally, facts: { size, raw, gzip, problem } }
  const again = await tallyOf(file, sound)
  const lost = tally.lines - again.lines
  const said = `${problem}; its last ${lost} lines are not counted`
  return { tally: again, facts: { size, raw: sound, gzip, problem: said } }
}

async function tallyOf(file: LogFile, limit?: number): Promise<LogTally> {
  const scanner = new LogScanner(NAMES)
  for await (const block of file.blocks(limit)) scanner.push(block)
  return scanner.end()
}
