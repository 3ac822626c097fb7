import type { Recipe } from '../../recipes/index.ts'
import { type Store, reduceValues } from '../../run/index.ts'
import type { Cli } from '../cli.ts'
import type { ReportFlags } from '../define/read.ts'
import { stdout } from '../formats/sink.ts'
import { recipeOf } from '../recipe-of.ts'
import { withStore } from '../store.ts'
import { stdoutColumns } from '../terminal/labelled.ts'
import { styleOf } from '../terminal/style.ts'
import { showCount } from '../terminal/units.ts'
import { plainReport } from './plain-report.ts'
import { plainReportText } from './plain-report-text.ts'

/** `manyhands report` */
export async function showReport(path: string, flags: ReportFlags, cli: Cli): Promise<void> {
  await withStore(path, async (store) => {
    const recipe = recipeOf(store)
    const text = recipe === undefined ? ownReport(store, flags) : recipeReport(recipe, store, flags)
    await stdout.write(text)
    if (recipe !== undefined) warnIfPartial(store, cli)
  })
}

function recipeReport(recipe: Recipe<unknown, unknown>, store: Store, { top, json }: ReportFlags): string {
  const reduced = reduceValues(store.results(), recipe.reducer)
  if (json) return `${JSON.stringify(recipe.toJSON(reduced, { top }), null, 2)}\n`
  return recipe.report(reduced, { top, width: process.stdout.isTTY ? process.stdout.columns : undefined })
}

function ownReport(store: Store, { top, json }: ReportFlags): string {
  const report = plainReport(store, top ?? (json ? Infinity : 10))
  if (json) return `${JSON.stringify(report, null, 2)}\n`
  return `${plainReportText(report, styleOf(process.stdout), stdoutColumns()).join('\n')}\n`
}

/** A report says nothing of what is not in it. */
function warnIfPartial(store: Store, cli: Cli): void {
  const { failed, left = 0 } = store.status()
  const missing = [
    ...(failed > 0 ? [`${showCount(failed)} failed`] : []),
    ...(left > 0 ? [`${showCount(left)} are not done yet`] : []),
  ]
  if (missing.length > 0) cli.warn(`this is the report of what is done: of the inputs, ${missing.join(' and ')}`)
}
