import { type TaskReference, referenceKey } from '../task/index.ts'

/** The tasks that a worker was told of, by the numbers it knows them under, and which of them are ready in it. */
export class KnownTasks {
  readonly #numbers = new Map<string, number>()
  readonly #references: TaskReference[] = []
  readonly #prepared = new Set<TaskReference>()

  /** The number of a task; undefined when the worker was not told of it. */
  numberOf(reference: TaskReference): number | undefined {
    return this.#numbers.get(referenceKey(reference))
  }

  /** Numbers a new task, after `tell` told the worker of it. */
  add(reference: TaskReference, tell: (task: number) => void): number {
    const task = this.#numbers.size + 1
    tell(task)
    this.#numbers.set(referenceKey(reference), task)
    this.#references[task] = reference
    return task
  }

  nameOf(task: number): string | undefined {
    return this.#references[task]?.name
  }

  /** Only a worker sees under which name the module exports the task. */
  rename(task: number, name: string): void {
    const reference = this.#references[task]
    if (reference?.kind === 'defined') reference.name = name
  }

  prepared(task: number): void {
    const reference = this.#references[task]
    if (reference) this.#prepared.add(reference)
  }

  isPrepared(reference: TaskReference): boolean {
    return this.#prepared.has(reference)
  }
}
