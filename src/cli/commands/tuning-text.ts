import { shellLine } from '../shell.ts'
import type { Style } from '../terminal/style.ts'
import { table } from '../terminal/table.ts'
import { showCount, showDuration, showMany, showRate } from '../terminal/units.ts'
import { COMMAND } from './summary.ts'
import type { Tuning } from './tuning.ts'

/** What was measured, and what to do with it. */
export function tuningText({ items, sample, processors, measured, best }: Tuning, task: string, style: Style): string[] {
  const one = measured.find(({ kind, workers }) => kind === best.kind && workers === 1)?.rate ?? best.rate
  const rows = measured.map(({ kind, workers, rate }) => {
    const alone = measured.find((each) => each.kind === kind && each.workers === 1)?.rate ?? rate
    const mark = kind === best.kind && workers === best.workers ? '← best' : ''
    return [kind, String(workers), showRate(rate), `${(rate / alone).toFixed(2)} ×`, `${Math.round(100 * rate / alone / workers)}%`, mark]
  })
  const columns = [
    { title: 'kind' }, { title: 'workers', align: 'right' }, { title: 'items', align: 'right' }, { title: 'against one', align: 'right' },
    { title: 'efficiency', align: 'right' }, { title: '' },
  ] as const
  return [
    `Measured with ${sampleText(items, sample)} on ${showMany(processors, 'processor')}`,
    '',
    ...table(columns, rows, style).map((line) => line.trimEnd()),
    '',
    `All ${showMany(items, 'item')} take about ${showDuration(items * 1000 / best.rate)} then, instead of ${showDuration(items * 1000 / one)} with one worker:`,
    `  ${style.cyan(`${COMMAND} run ${shellLine([task])} … -j ${best.workers} --kind ${best.kind}`)}`,
  ]
}

function sampleText(items: number, sample: number): string {
  if (sample < items) return `${showCount(sample)} of ${showMany(items, 'item')}`
  const times = sample / items
  return `${showMany(items, 'item')}${times > 1 ? `, each ${times < 1.95 ? 'once or twice' : `about ${showCount(Math.round(times))} times`},` : ''}`
}
