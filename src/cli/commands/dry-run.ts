import { type Item, type Source, openStore } from '../../run/index.ts'
import type { RunFlags } from '../define/run.ts'
import { stdout } from '../formats/sink.ts'
import type { ChosenTask } from '../task-name.ts'
import { showCount, showMany } from '../terminal/units.ts'
import { oneLine } from '../terminal/width.ts'

/** Items that are named. */
const FIRST = 10

/** `manyhands run --dry-run`: says what would be done, and does nothing. */
export async function dryRun(
  { name }: ChosenTask,
  source: Source<string>,
  path: string,
  flags: RunFlags,
): Promise<void> {
  const { total, toDo, failedBefore, first } = await planOf(source, path, flags)
  const before = total - toDo - failedBefore
  const now = Math.min(toDo, flags.limit ?? Infinity)
  if (flags.json) {
    const plan = { task: name, store: path, total, before, failedBefore, toDo: now, first: first.slice(0, now) }
    return stdout.write(`${JSON.stringify(plan, null, 2)}\n`)
  }
  const earlier = [
    ...(before > 0 ? [`${showCount(before)} are done`] : []),
    ...(failedBefore > 0 ? [`${showCount(failedBefore)} failed before (--retry-failed tries them again)`] : []),
  ]
  const part = now < toDo ? ` of ${showCount(toDo)} (--limit)` : ''
  const lines = [
    `${showMany(total, 'item')} found${earlier.length > 0 ? `: ${earlier.join(', ')}` : ''}`,
    now === 0 ? 'Nothing would be done' : `Would run ${name} on ${showMany(now, 'item')}${part}, into ${path}:`,
    ...first.slice(0, now).map((key) => `  ${oneLine(key)}`),
    ...(now > first.length ? [`  and ${showCount(now - first.length)} more`] : []),
  ]
  await stdout.write(`${lines.join('\n')}\n`)
}

interface Plan {
  readonly total: number
  readonly toDo: number
  /** Items that failed before and would not be tried again. */
  readonly failedBefore: number
  /** Keys of the first items to do. */
  readonly first: readonly string[]
}

async function planOf(source: Source<string>, path: string, { restart, retryFailed }: RunFlags): Promise<Plan> {
  const counted = new CountedSource(source)
  const store = openStore(path)
  try {
    const failures = new Map<string, string | undefined>()
    if (!retryFailed && !restart) for (const { key, fingerprint } of store.failures()) failures.set(key, fingerprint)
    let [toDo, failedBefore] = [0, 0]
    const first: string[] = []
    for await (const { key, fingerprint } of store.pending(counted)) {
      if (failures.has(key) && failures.get(key) === fingerprint) failedBefore++
      else if (++toDo <= FIRST) first.push(key)
    }
    const { total, keys } = counted
    return restart ? { total, toDo: total, failedBefore: 0, first: keys } : { total, toDo, failedBefore, first }
  } finally {
    store.close()
  }
}

/** Counts the items that are read from a source, and remembers the first keys. */
class CountedSource implements Source<string> {
  total = 0
  readonly keys: string[] = []
  readonly #source: Source<string>

  constructor(source: Source<string>) {
    this.#source = source
  }

  async open(place: Parameters<Source<string>['open']>[0]): Promise<Awaited<ReturnType<Source<string>['open']>>> {
    const opened = await this.#source.open(place)
    return { ...opened, items: this.#count(opened.items) }
  }

  async *#count(items: Iterable<Item<string>> | AsyncIterable<Item<string>>): AsyncGenerator<Item<string>> {
    for await (const item of items) {
      if (++this.total <= FIRST) this.keys.push(item.key)
      yield item
    }
  }
}
