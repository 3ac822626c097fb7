import type { StoreStatus } from '../../run/index.ts'
import { stdout } from '../formats/sink.ts'
import { recipeOf } from '../recipe-of.ts'
import { withStore } from '../store.ts'
import { labelled, stdoutColumns } from '../terminal/labelled.ts'
import { type Style, styleOf } from '../terminal/style.ts'
import { showAgo, showCount, showDuration, showRate, showTime } from '../terminal/units.ts'

/** `manyhands status` */
export async function showStatus(path: string, { json }: { readonly json?: true }): Promise<void> {
  const status = await withStore(path, (store) => ({ ...store.status(), recipe: recipeOf(store)?.name }))
  const lines = json ? [JSON.stringify(asJson(status), null, 2)] : asText(status, styleOf(process.stdout))
  await stdout.write(`${lines.join('\n')}\n`)
}

/** What a store says, and the name of the recipe that it is of. */
type Status = StoreStatus & { readonly recipe: string | undefined }

function asText(status: Status, style: Style): string[] {
  const { task, recipe, done, failed, total, left, rate, savedAt, runs } = status
  const items = [
    `${showCount(done)}${total === undefined ? '' : ` of ${showCount(total)}`} done`,
    ...(failed > 0 ? [style.red(`${showCount(failed)} failed`)] : []),
    ...(left === undefined || left === 0 ? [] : [`${showCount(left)} left`]),
  ]
  const lines: readonly (readonly [label: string, text: string] | undefined)[] = [
    ['store', status.path],
    ['task', recipe ?? task ?? 'none yet'],
    ['state', stateOf(status, style)],
    ['items', items.join(', ')],
    rate === undefined ? undefined : ['rate', `${showRate(rate)} lately`],
    savedAt === undefined ? undefined : ['saved', `${showTime(savedAt)}, ${showAgo(savedAt)}`],
    runs.length < 2 ? undefined : ['runs', `${showCount(runs.length)} since ${showTime(runs[0]?.startedAt ?? 0)}`],
  ]
  return lines.flatMap((line) => (line === undefined ? [] : labelled(...line, style, stdoutColumns())))
}

function stateOf({ running, startedAt, endedAt, ended }: StoreStatus, style: Style): string {
  if (startedAt === undefined) return 'not begun'
  const began = showTime(startedAt)
  if (running !== undefined) {
    return style.green(`running since ${began}, for ${showDuration(Date.now() - startedAt)}, as process ${running}`)
  }
  if (endedAt == null) return style.yellow(`was killed; it began ${began}, and the same command goes on`)
  const when = `${showTime(endedAt)}, after ${showDuration(endedAt - startedAt)}`
  if (ended === 'finished') return `finished ${when}`
  return style.yellow(`stopped (${ended ?? 'unknown'}) ${when}; the same command goes on`)
}

function asJson({ running, startedAt, endedAt, savedAt, runs, ...facts }: Status): object {
  const iso = (epoch: number | null | undefined): string | null =>
    epoch == null ? null : new Date(epoch).toISOString()
  return {
    ...facts,
    running: running !== undefined,
    pid: running ?? null,
    startedAt: iso(startedAt),
    endedAt: iso(endedAt),
    savedAt: iso(savedAt),
    runs: runs.map((each) => ({ ...each, startedAt: iso(each.startedAt), endedAt: iso(each.endedAt) })),
  }
}
