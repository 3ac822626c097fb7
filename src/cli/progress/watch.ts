import type { RunSnapshot } from '../../run/index.ts'
import { show } from '../../errors/index.ts'
import type { View } from './view.ts'

/** Keeps the latest look at a run, and tells how it stands at any moment after. */
export class Watch {
  #snapshot: RunSnapshot | undefined
  #takenAt = Date.now()

  /** What earlier runs did, as far as that is looked up by now. */
  get earlier(): { readonly before: number; readonly failedBefore: number } {
    return { before: this.#snapshot?.skipped ?? 0, failedBefore: this.#snapshot?.failedBefore ?? 0 }
  }

  readonly take = (snapshot: RunSnapshot): void => {
    this.#snapshot = snapshot
    this.#takenAt = Date.now()
  }

  readonly view = (): View => {
    const now = Date.now()
    const passed = now - this.#takenAt
    const snapshot = this.#snapshot
    return {
      now,
      elapsed: (snapshot?.elapsed ?? 0) + passed,
      total: snapshot?.total ?? null,
      before: (snapshot?.skipped ?? 0) + (snapshot?.failedBefore ?? 0),
      done: snapshot?.done ?? 0,
      failed: snapshot?.failed ?? 0,
      retried: snapshot?.retried ?? 0,
      rate: snapshot?.rate ?? 0,
      eta: snapshot?.eta === undefined ? undefined : Math.max(0, snapshot.eta - passed),
      working: (snapshot?.workers ?? []).flatMap(({ name, current }) => {
        return current === null ? [] : [{ worker: name, item: itemName(current.input), since: current.since }]
      }),
      stopping: STOPPING[snapshot?.stopping ?? 'no'],
    }
  }
}

const STOPPING = { no: undefined, soon: 'stopping', now: 'stopping at once' } as const

/** A path as it is; anything else as it looks. */
function itemName(input: unknown): string {
  return typeof input === 'string' ? input.replace(`${process.cwd()}/`, '') : show(input)
}
