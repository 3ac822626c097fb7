import { type Bench, type Figure, type Section, alternate, atLeast, ratio, tableOf } from '../harness/index.ts'
import { warm } from './ours.ts'
import { commandLine, goaccess, gunzip, mawk, python } from './rivals.ts'
import { logSet } from './sets.ts'

export const logsCore: Figure = {
  name: 'logs-core',
  title: 'Access logs: one core',
  text: 'MB of raw text a second of processor time, from .gz, all threads and processes counted. "Warm" is the same '
    + 'program going over the logs again, as in a run of many; a command is measured from its start to its end, on the '
    + 'same 20 MB. The recipe makes the full report; the others only count pages, GoAccess excepted.',
  run: core,
}

async function core(bench: Bench): Promise<Section> {
  const set = logSet(bench, bench.short ? 'tiny' : 'logs8x12k')
  if (!set) return { tables: [], verdicts: [] }
  const program = warm()
  const all = await alternate([
    program.entry('manyhands: the recipe, warm', 'recipe', set),
    program.entry('manyhands: the four object stages, warm', 'stages', set),
    commandLine(bench, set, 'thread', 1),
    ...mawk(bench, set, 1),
    ...python(bench, set, 'lean_serial'),
    ...python(bench, set, 'serial'),
    ...goaccess(bench, set),
    ...gunzip(bench, set),
  ], { ...bench.rounds(9), warmUps: bench.short ? 0 : 3 })
  await program.end()
  const [recipe, stages] = all
  const of = (name: string) => all.find((each) => each.name === name)
  return {
    tables: [tableOf(all, [{ metric: 'perCore', title: 'MB per CPU second', spread: true }, { metric: 'perSecond', title: 'MB/s' }])],
    verdicts: [
      atLeast('the recipe, full report, MB per CPU second', recipe?.median('perCore') ?? NaN, 150, ''),
      atLeast('the four object stages, MB per CPU second', stages?.median('perCore') ?? NaN, 60, ''),
      atLeast('the recipe against mawk, CPU', ratio(recipe, of('gzip -dc | mawk'), 'perCore'), 1),
    ],
  }
}
