// The arguments of a process are those of its target.
import type { BaseProcess } from 'manyhands'
import { Process, Thread, currentProcess, parentProcess, startAll } from 'manyhands'
import { same } from './same.ts'

declare const greet: (name: string, times: number) => void
declare const rest: (...all: unknown[]) => Promise<void>
declare const pairs: [typeof greet, [string, number]][]

new Process({ target: greet, args: ['a', 1] })
new Thread({ target: rest, args: [1, 'b', null] })
new Thread({ target: () => 1 })
new Process({ target: './tasks.ts#main', args: [1, 'b'] })
new Process({ target: new URL('tasks.ts#main', import.meta.url), args: new Set([1]) })
new Process({ target: greet, args: ['a', 1] as const })
// What only the worker can check: any iterable that is not an array.
new Process({ target: (a: number, b: number) => a + b, args: new Uint8Array([1, 2]) })
// @ts-expect-error the second argument is a number
new Process({ target: greet, args: ['a', 'b'] })
// @ts-expect-error one is missing
new Thread({ target: greet, args: ['a'] })
// @ts-expect-error a string is no list of arguments
new Thread({ target: (text: string) => text, args: 'text' })
// @ts-expect-error 7 is no target
new Process({ target: 7 })

class Own extends Process {
  static {
    this.register(import.meta)
  }
  constructor() {
    super({ target: () => this.work(), daemon: true })
  }
  work(): void {}
  override async run(): Promise<void> {
    await super.run()
  }
}

const process: BaseProcess = new Own()
same<Awaited<ReturnType<typeof process.join>>, number | null>()
same<typeof process.kind, 'thread' | 'process'>()
same<ReturnType<typeof currentProcess>, BaseProcess>()
const parent = parentProcess()
same<NonNullable<typeof parent>['pid'], number>()

startAll([[greet, ['a', 1]], [rest, [1, 2]], [() => {}], ['./tasks.ts#main', ['b']]], { kind: 'thread' })
startAll(pairs)
startAll([])
// @ts-expect-error the second argument is a number
startAll([[greet, ['a', 'b']], [() => {}]])
