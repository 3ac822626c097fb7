import { BaseProcess } from './base-process.ts'

/**
 * One function in a process of its own: Python's `multiprocessing.Process`.
 *
 * It can be defined in three ways: with a `target` and its `args`; by a subclass that overrides `run()`; by a subclass
 * that gives one of its methods as the target. Nothing is shared with it: it imports the modules it needs again, and
 * works on copies of its arguments and own fields. It ends when nothing is left to wait for, and a program waits for
 * its processes unless they are daemons.
 *
 * @example
 * ```ts
 * import { Process, isMain } from 'manyhands'
 *
 * class Greeter extends Process {
 *   static { this.register(import.meta) }
 *   readonly greeting: string
 *   constructor(greeting: string) {
 *     super({ name: 'greeter' })
 *     this.greeting = greeting
 *   }
 *   override run(): void {
 *     console.log(`${this.greeting} from ${this.name}`)
 *   }
 * }
 *
 * if (isMain(import.meta)) {
 *   const greeter = new Greeter('hello')
 *   greeter.start() // prints: hello from greeter
 *   console.log(await greeter.join()) // 0
 * }
 * ```
 */
export class Process<A extends readonly unknown[] = never[]> extends BaseProcess<A> {
  override get kind(): 'process' {
    return 'process'
  }
}
