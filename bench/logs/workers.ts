import {
  type Bench,
  type Figure,
  type Measured,
  type Section,
  alternate,
  atLeast,
  number,
  ratio,
  tableOf,
} from '../harness/index.ts'
import { warm } from './ours.ts'
import { commandLine, goaccess, mawk, python } from './rivals.ts'
import { logSet } from './sets.ts'

export const logsWorkers: Figure = {
  name: 'logs-workers',
  title: 'Access logs: two workers',
  text:
    'Whole commands on 102 MB of raw text in 8 .gz files, from start to end, Node included: seconds by the clock. ' +
    'GoAccess has one thread.',
  run: workers,
}

export const logsScaling: Figure = {
  name: 'logs-scaling',
  title: 'Access logs: two workers against one',
  text:
    'The recipe through pools that are warm, on 102 MB. It needs two free cores: what else the machine does takes ' +
    'from two workers and not from one. How mawk fares in the same rounds tells what there was to gain.',
  run: scaling,
}

async function workers(bench: Bench): Promise<Section> {
  const set = logSet(bench, bench.short ? 'tiny' : 'logs8x60k')
  if (!set) return { tables: [], verdicts: [] }
  const all = await alternate(
    [
      commandLine(bench, set, 'thread', 2),
      commandLine(bench, set, 'process', 2),
      ...mawk(bench, set, 2),
      ...goaccess(bench, set),
      ...python(bench, set, 'lean_imap_unordered'),
      ...python(bench, set, 'imap_unordered'),
    ],
    { ...bench.rounds(3), warmUps: 0 },
  )
  const [threads, processes] = all
  const of = (name: string) => all.find((each) => each.name.includes(name))
  const against = (what: string, peer: string, least: number) => [
    atLeast(`threads against ${what}`, ratio(of(peer), threads, 'wall'), least),
    atLeast(`processes against ${what}`, ratio(of(peer), processes, 'wall'), least),
  ]
  return {
    tables: [
      tableOf(all, [
        { metric: 'wall', title: 's', spread: true },
        { metric: 'perSecond', title: 'MB/s' },
        { metric: 'perCore', title: 'MB per CPU second' },
      ]),
    ],
    verdicts: [
      ...against('access_analysis.py imap_unordered', 'py imap_unordered', 12),
      ...against('gzip -dc | mawk under xargs -P2', 'mawk', 1),
      ...against('GoAccess', 'goaccess', 4),
    ],
  }
}

async function scaling(bench: Bench): Promise<Section> {
  const set = logSet(bench, bench.short ? 'tiny' : 'logs8x60k')
  if (!set) return { tables: [], verdicts: [] }
  const programs: ReturnType<typeof warm>[] = []
  const entries = (['thread', 'process'] as const).flatMap((kind) =>
    [1, 2].map((count) => {
      const program = warm()
      programs.push(program)
      return program.entry(
        `manyhands: ${count} ${kind}${count > 1 ? (kind === 'thread' ? 's' : 'es') : ''}`,
        'pool',
        set,
        { kind, workers: count },
      )
    }),
  )
  entries.push(...mawk(bench, set, 1), ...mawk(bench, set, 2))
  const all = await alternate(entries, bench.rounds(9))
  await Promise.all(programs.map((program) => program.end()))
  const [thread, threads, process, processes] = all
  return {
    tables: [
      tableOf(all, [
        { metric: 'wall', title: 's', spread: true },
        { metric: 'perSecond', title: 'MB/s' },
        { metric: 'cpu', title: 'CPU s' },
      ]),
    ],
    notes: [
      `One thread uses ${number(coresOf(thread))} processors, one process ${number(coresOf(process))}: inflating has a ` +
        'thread of its own. So two of them cannot be twice as fast on two processors. ' +
        `Two processes of mawk against one: ${number(ratio(all[4], all[5], 'wall'))} ×.`,
    ],
    verdicts: [
      atLeast('two threads against one', ratio(thread, threads, 'wall'), 1.8),
      atLeast('two processes against one', ratio(process, processes, 'wall'), 1.8),
      atLeast('two warm threads against mawk under xargs -P2', ratio(all[5], threads, 'wall'), 1),
      atLeast('two warm processes against mawk under xargs -P2', ratio(all[5], processes, 'wall'), 1),
    ],
  }
}

/** Processors in use, on average. */
function coresOf(measured: Measured | undefined): number {
  return ratio(measured, measured, 'cpu', 'wall')
}
