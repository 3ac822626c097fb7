// The three ways to define a process. Each of them prints the same ten lines, in any order: nothing is shared, so every
// process counts for itself, and the count of this one stays 0. Run it with: node examples/three-ways.ts
import { Process, currentProcess, isMain, task } from 'manyhands'

let count = 0

function report(name: string): void {
  count++
  console.log(`process name ${name} is running----count:${count}`)
}

// One: a subclass overrides run().
export class OverridesRun extends Process {
  static {
    this.register(import.meta)
  }

  override run(): void {
    report(this.name)
  }
}

// Two: a subclass gives one of its methods as the target.
export class GivesMethod extends Process {
  static {
    this.register(import.meta)
  }

  constructor(name: string) {
    super({ target: () => this.work(), name })
  }

  work(): void {
    report(this.name)
  }
}

// Three: a target and its arguments.
export const work = task(import.meta, (greeting: string) => {
  report(`${greeting}_${currentProcess().name.slice(-1)}`)
})

if (isMain(import.meta)) {
  const ways: ((index: number) => Process)[] = [
    (index) => new OverridesRun({ name: `process_${index}` }),
    (index) => new GivesMethod(`process_${index}`),
    (index) => new Process({ target: work, args: ['process'], name: `process_${index}` }),
  ]
  for (const make of ways) {
    const processes = Array.from({ length: 10 }, (_, index) => make(index))
    for (const process of processes) process.start()
    for (const process of processes) await process.join()
    console.log(`this main process, count:${count}`)
  }
}
