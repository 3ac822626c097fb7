// Other programs on the same logs. Each run is checked against the same digest, but for GoAccess, whose report has other
// counts.
import { globSync, readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Bench, type CommandRun, type Entry, PEERS, has, quoted, runCommand } from '../harness/index.ts'
import { type LogSet, checkDigest, digestOf, isBook } from './sets.ts'

const CLI = fileURLToPath(new URL('../../bin/manyhands.mjs', import.meta.url))

type Sample = Readonly<Record<string, number | string>>

/** MB of raw text a second by the clock, and a second of processor time. */
function rates({ raw }: LogSet, { wall, cpu }: CommandRun): Sample {
  return { wall: wall / 1000, cpu: cpu / 1000, perSecond: raw / wall / 1000, perCore: raw / cpu / 1000 }
}

/** The whole command of a user: Node started, logs read, results saved, then the answer checked. */
export function commandLine(bench: Bench, set: LogSet, kind: 'thread' | 'process', workers: number): Entry {
  const name = `manyhands run access-log -j${workers}, ${kind === 'thread' ? 'threads' : 'processes'}`
  return {
    name,
    run: async () => {
      const store = `${bench.folder}/logs.db`
      for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${store}${end}`, { force: true })
      const node = `${quoted(process.execPath)} ${quoted(CLI)}`
      const done = await runCommand(`${node} run access-log ${quoted(set.folder)} -o ${quoted(store)} -j ${workers} --kind ${kind}`)
      const { output } = await runCommand(`${node} report ${quoted(store)} --json`)
      const { pages } = JSON.parse(output) as { pages: Record<string, number> }
      checkDigest(name, set, digestOf(Object.entries(pages).filter(([path]) => isBook(path))))
      return rates(set, done)
    },
  }
}

/** A mode of the Python program, two workers where it has any. */
export function python(bench: Bench, set: LogSet, mode: string): Entry[] {
  if (!has(bench, 'python3')) return []
  const line = `python3 ${quoted(`${PEERS}/access_analysis.py`)} ${quoted(set.folder)} --modes ${mode} --workers 2 --reps 1 --wait 0 --raw ${set.raw}`
  return [{
    name: `access_analysis.py ${mode}`,
    run: async () => {
      const done = await runCommand(line)
      checkDigest(mode, set, / sha (\w+)/.exec(done.output)?.[1] ?? 'nothing')
      return rates(set, done)
    },
  }]
}

/** gzip and mawk, a process for each file. */
export function mawk(bench: Bench, set: LogSet, workers: number): Entry[] {
  if (!has(bench, 'mawk') || !has(bench, 'gzip')) return []
  // A file for each, as what two processes write into one pipe gets mixed.
  const counted = `${bench.folder}/mawk`
  const one = `gzip -dc "$0" | mawk -F '"' -f ${PEERS}/logs.awk >"$0".counts`
  const links = `rm -rf ${counted} && mkdir ${counted} && ln -s ${quoted(set.folder)}/*.gz ${counted}`
  const line = `${links} && ls ${counted}/*.gz | xargs -P ${workers} -n 1 sh -c ${quoted(one)}`
  return [{
    name: workers === 1 ? 'gzip -dc | mawk' : `gzip -dc | mawk under xargs -P${workers}`,
    run: async () => {
      const done = await runCommand(line)
      const counts = new Map<string, number>()
      const output = globSync(`${counted}/*.counts`).map((file) => readFileSync(file, 'utf8')).join('')
      for (const [, count = '', path = ''] of output.matchAll(/^(\d+) (.*)$/gm)) {
        counts.set(path, (counts.get(path) ?? 0) + Number(count))
      }
      checkDigest('mawk', set, digestOf(counts))
      return rates(set, done)
    },
  }]
}

export function goaccess(bench: Bench, set: LogSet): Entry[] {
  if (!has(bench, 'goaccess') || !has(bench, 'gzip')) return []
  const report = quoted(`${bench.folder}/goaccess.json`)
  const line = `gzip -dc ${quoted(set.folder)}/*.gz | goaccess - --log-format=COMBINED --no-global-config -o ${report} >/dev/null`
  return [{ name: 'gzip -dc | goaccess', run: async () => rates(set, await runCommand(line)) }]
}

/** Reading alone: what the disk and inflating cost. */
export function gunzip(bench: Bench, set: LogSet): Entry[] {
  if (!has(bench, 'gzip')) return []
  const line = `gzip -dc ${quoted(set.folder)}/*.gz >/dev/null`
  return [{ name: 'gzip -dc alone', run: async () => rates(set, await runCommand(line)) }]
}
