import { shellLine } from '../shell.ts'
import type { Style } from '../terminal/style.ts'
import { table } from '../terminal/table.ts'
import { showCount, showDuration, showMany, showRate } from '../terminal/units.ts'
import { COMMAND } from './summary.ts'
import type { Kind, Tuning } from './tuning.ts'

/** What was measured, and what to do with it. */
export function tuningText(tuning: Tuning, task: string, style: Style): string[] {
  const { items, sample, processors, measured, best } = tuning
  const ones = new Map(measured.filter(({ workers }) => workers === 1).map(({ kind, rate }) => [kind, rate]))
  const rateOfOne = (kind: Kind): number => ones.get(kind) ?? best.rate
  const rows = measured.map(({ kind, workers, rate }) => {
    const gain = rate / rateOfOne(kind)
    const mark = kind === best.kind && workers === best.workers ? '← best' : ''
    return [
      kind,
      String(workers),
      showRate(rate),
      `${gain.toFixed(2)} ×`,
      `${Math.round((100 * gain) / workers)}%`,
      mark,
    ]
  })
  const columns = [
    { title: 'kind' },
    { title: 'workers', align: 'right' },
    { title: 'items', align: 'right' },
    { title: 'against one', align: 'right' },
    { title: 'efficiency', align: 'right' },
    { title: '' },
  ] as const
  return [
    `Measured with ${sampleText(items, sample)} on ${showMany(processors, 'processor')}`,
    '',
    ...table(columns, rows, style).map((line) => line.trimEnd()),
    '',
    `All ${showMany(items, 'item')} take about ${showDuration((items * 1000) / best.rate)} then, ` +
      `instead of ${showDuration((items * 1000) / rateOfOne(best.kind))} with one worker:`,
    `  ${style.cyan(`${COMMAND} run ${shellLine([task])} … -j ${best.workers} --kind ${best.kind}`)}`,
  ]
}

function sampleText(items: number, sample: number): string {
  if (sample < items) return `${showCount(sample)} of ${showMany(items, 'item')}`
  const times = sample / items
  const often = times < 1.95 ? 'once or twice' : `about ${showCount(Math.round(times))} times`
  return times === 1 ? showMany(items, 'item') : `${showMany(items, 'item')}, each ${often},`
}
