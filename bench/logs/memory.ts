import { type Bench, type Figure, type Section, alternate, atMost, tableOf } from '../harness/index.ts'
import { warm } from './ours.ts'
import { logSet, repeatedLog } from './sets.ts'

export const logsMemory: Figure = {
  name: 'logs-memory',
  title: 'Access logs: memory',
  text: 'One log of 2 GB (as .gz, of many members) in one worker: the most memory the worker ever had. For a thread that '
    + 'is the whole process, owner included.',
  run: memory,
}

async function memory(bench: Bench): Promise<Section> {
  const set = logSet(bench, bench.short ? 'tiny' : 'logs8x60k')
  if (!set) return { tables: [], verdicts: [] }
  const times = bench.short ? 2 : 20
  const file = `${bench.folder}/large.log.gz`
  await repeatedLog(set, times, file)
  const entries = (['process', 'thread'] as const).map((kind) => ({
    name: `manyhands: a ${kind}`,
    run: async () => {
      const program = warm()
      const answer = await program.contender.ask('memory', { file, kind })
      await program.end()
      if (answer['lines'] !== set.lines * times) throw new Error(`${answer['lines']} lines instead of ${set.lines * times}`)
      return answer
    },
  }))
  const all = await alternate(entries, { ...bench.rounds(2), warmUps: 0 })
  const [process, thread] = all
  return {
    tables: [tableOf(all, [
      { metric: 'worker', title: 'peak of the worker, MB', spread: true },
      { metric: 'process', title: 'peak of the owner, MB' },
    ])],
    verdicts: [
      atMost('a process worker with one 2 GB log', process?.median('worker') ?? NaN, 300, ' MB'),
      atMost('owner and one thread with one 2 GB log', thread?.median('worker') ?? NaN, 300, ' MB'),
    ],
  }
}
