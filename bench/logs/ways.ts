import { type Bench, type Figure, type Section, alternate, tableOf } from '../harness/index.ts'
import { warm } from './ours.ts'
import { logSet } from './sets.ts'

export const logsWays: Figure = {
  name: 'logs-ways',
  title: 'Access logs: ways to cut the work',
  text:
    'The four object stages, cut between the thread that reads and the workers at each place where that can be, and the ' +
    "recipe's one pass for comparison. All give the same counts. Two threads, 20 MB.",
  run: ways,
}

const WAYS = [
  'per file',
  'per opened file',
  'per sequence of Access',
  'per sequence of AccessDetails',
  'parsing and analysing as two maps',
]

async function ways(bench: Bench): Promise<Section> {
  const set = logSet(bench, bench.short ? 'tiny' : 'logs8x12k')
  if (!set) return { tables: [], verdicts: [] }
  const two = { kind: 'thread', workers: 2 }
  // A program for each, so that none warms up another's code.
  const one = bench.short ? warm() : undefined
  const programs = [one ?? warm(), ...WAYS.map(() => one ?? warm())]
  const [recipe, ...stages] = programs
  const all = await alternate(
    [
      ...(recipe ? [recipe.entry('manyhands: the recipe, per file', 'pool', set, two)] : []),
      ...stages.map((program, i) => program.entry(`manyhands: ${WAYS[i]}`, 'way', set, { ...two, way: WAYS[i] })),
    ],
    bench.rounds(5),
  )
  await Promise.all(programs.map((program) => program.end()))
  return {
    tables: [
      tableOf(all, [
        { metric: 'wall', title: 's', spread: true },
        { metric: 'perSecond', title: 'MB/s' },
        { metric: 'cpu', title: 'CPU s' },
      ]),
    ],
    verdicts: [],
    notes: [
      'Send names out and take Counters back: what else crosses between workers costs more than parsing it there.',
    ],
  }
}
