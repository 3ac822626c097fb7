// What a process and all it started use, from /proc. Elsewhere than on Linux: NaN, which tables show as "–".
import { readFileSync, readdirSync } from 'node:fs'

/** /proc counts in ticks of 10 ms on every Linux of today. */
const TICK = 10

/** Processor time of a process, its threads, its children and those that ended, in milliseconds. */
export function treeCpu(pid: number | undefined): number {
  let sum = pid === undefined ? NaN : 0
  for (const each of pid === undefined ? [] : tree(pid)) {
    const fields = fieldsOf(each)
    if (fields) sum += (fields[11] + fields[12] + fields[13] + fields[14]) * TICK
    else if (each === pid) return NaN
  }
  return sum
}

/** Memory that is a process's own and its children's, in bytes. */
export function privateMemory(pid: number): number {
  let sum = 0
  for (const each of tree(pid)) {
    const text = readOrEmpty(`/proc/${each}/smaps_rollup`)
    if (text === '' && each === pid) return NaN
    for (const [, kilobytes] of text.matchAll(/^Private_\w+: +(\d+) kB$/gm)) sum += Number(kilobytes) * 1024
  }
  return sum
}

/** The process and its descendants. */
function tree(pid: number): number[] {
  const tasks = readdirOrEmpty(`/proc/${pid}/task`)
  const children = tasks.flatMap((task) => readOrEmpty(`/proc/${pid}/task/${task}/children`).split(' ').filter(Boolean))
  return [pid, ...children.flatMap((child) => tree(Number(child)))]
}

type Fields = Record<11 | 12 | 13 | 14, number>

/** The numbers of /proc/PID/stat behind the name, which may hold spaces: 11 to 14 are the four times. */
function fieldsOf(pid: number): Fields | undefined {
  const text = readOrEmpty(`/proc/${pid}/stat`)
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
  return text === '' ? undefined : (fields as unknown as Fields)
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function readdirOrEmpty(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}
