import type { StoreStatus } from '../../run/index.ts'
import { stdout } from '../formats/sink.ts'
import { recipeOf } from '../recipe-of.ts'
import { withStore } from '../store.ts'
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
  const { task, recipe, done, failed, total, left, runs } = status
  const line = (label: string, text: string): string => `${style.dim(label.padEnd(8))} ${text}`
  return [
    line('store', status.path),
    line('task', recipe ?? task ?? 'none yet'),
    line('state', stateOf(status, style)),
    line('items', [
      `${showCount(done)}${total === undefined ? '' : ` of ${showCount(total)}`} done`,
      ...failed > 0 ? [style.red(`${showCount(failed)} failed`)] : [],
      ...left === undefined || left === 0 ? [] : [`${showCount(left)} left`],
    ].join(', ')),
    ...status.rate === undefined ? [] : [line('rate', `${showRate(status.rate)} lately`)],
    ...status.savedAt === undefined ? [] : [line('saved', `${showTime(status.savedAt)}, ${showAgo(status.savedAt)}`)],
    ...runs.length > 1 ? [line('runs', `${showCount(runs.length)} since ${showTime(runs[0]?.startedAt ?? 0)}`)] : [],
  ]
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
  const iso = (epoch: number | null | undefined): string | null => epoch == null ? null : new Date(epoch).toISOString()
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
