import { Pool, cpuCount } from '../../index.ts'
import { type RunReport, type Source, Stop, inputs as inputsOf, run, stopOnSignals } from '../../run/index.ts'
import type { Cli } from '../cli.ts'
import type { TuneFlags } from '../define/tune.ts'
import { UsageError } from '../errors.ts'
import { stdout } from '../formats/sink.ts'
import { chooseInputs } from '../inputs.ts'
import { errorLine } from '../progress/listen.ts'
import { type ChosenTask, chooseTask } from '../task-name.ts'
import { styleOf } from '../terminal/style.ts'
import { showMany, showRate } from '../terminal/units.ts'
import { type Kind, type Measurement, type Tuning, recommend, worthTrying } from './tuning.ts'
import { tuningText } from './tuning-text.ts'

/** `manyhands tune` */
export async function tune(text: string, inputs: readonly string[], flags: TuneFlags, cli: Cli): Promise<void> {
  const chosen = chooseTask(text)
  const source = chooseInputs(inputs, flags, chosen.recipe?.extensions ?? [], cli)
  const stop = new Stop()
  const release = stopOnSignals(stop)
  try {
    const tuning = await new Tuner(chosen, flags, stop, cli).tune(await readAll(source, cli))
    const lines = flags.json ? [JSON.stringify(tuning, null, 2)] : tuningText(tuning, text, styleOf(process.stdout))
    await stdout.write(`${lines.join('\n')}\n`)
  } catch (error) {
    if (!(error instanceof Stopped)) throw error
    process.exitCode = error.report.exitCode
  } finally {
    cli.screen.restore()
    release()
  }
}

/** Ctrl-C. */
class Stopped extends Error {
  readonly report: RunReport

  constructor(report: RunReport) {
    super()
    this.report = report
  }
}

class Tuner {
  readonly #chosen: ChosenTask
  readonly #flags: TuneFlags
  readonly #stop: Stop
  readonly #cli: Cli
  readonly #max: number

  constructor(chosen: ChosenTask, flags: TuneFlags, stop: Stop, cli: Cli) {
    this.#chosen = chosen
    this.#flags = flags
    this.#stop = stop
    this.#cli = cli
    this.#max = flags.max ?? 2 * cpuCount()
  }

  async tune(items: readonly string[]): Promise<Tuning> {
    const kinds: readonly Kind[] = this.#flags.kind === undefined ? ['thread', 'process'] : [this.#flags.kind]
    const sample = await this.#sample(spread(items), kinds[0] ?? 'process')
    const measured: Measurement[] = []
    for (const kind of kinds) {
      const own: Measurement[] = []
      for (let workers: number | undefined = 1; workers !== undefined; workers = worthTrying(own, this.#max)) {
        own.push({ kind, workers, rate: await this.#measure(kind, workers, sample) })
      }
      measured.push(...own)
    }
    return { items: items.length, sample: sample.length, processors: cpuCount(), measured, best: recommend(measured) }
  }

  /** So many items that one worker is busy with them for the time of a measurement. They are in the disk cache then. */
  async #sample(items: readonly string[], kind: Kind): Promise<readonly string[]> {
    const { sample, time } = this.#flags
    if (sample !== undefined) return [...cycle(items, sample)]
    this.#say(`choosing a sample of ${showMany(items.length, 'item')}`)
    const pool = new Pool({ workers: 1, kind, output: 'ignore' })
    try {
      const report = await this.#run(cycle(items, Infinity), pool, AbortSignal.timeout(time))
      // Enough for the last worker to have a share, and for the end of a run not to count for much.
      return [...cycle(items, Math.max(report.done + report.failed, 4 * this.#max))]
    } finally {
      await pool.terminate()
    }
  }

  async #measure(kind: Kind, workers: number, sample: readonly string[]): Promise<number> {
    const { memoryLimit } = this.#flags
    const pool = new Pool({ workers, kind, memoryLimit, output: 'ignore' })
    try {
      // Workers start, and load the task, before the clock does.
      await this.#run(sample.slice(0, workers), pool)
      const report = await this.#run(sample, pool)
      const rate = ((report.done + report.failed) * 1000) / report.duration
      this.#say(`${showMany(workers, kind, kind === 'process' ? 'processes' : 'threads')}: ${showRate(rate)}`)
      return rate
    } finally {
      await pool.terminate()
    }
  }

  /** Runs items without a store. */
  async #run(items: Iterable<string>, executor: Pool, signal?: AbortSignal): Promise<RunReport> {
    let number = 0
    const numbered = inputsOf(items, { key: () => String(number++) })
    const report = await run(this.#chosen.task, numbered, { executor, stop: this.#stop, signal, grace: 0 })
    if (this.#stop.state !== 'no') throw new Stopped(report)
    const [failure] = report.failures
    if (report.done > 0 || failure === undefined) return report
    const all = `all ${showMany(report.failed, 'item')} of the sample failed`
    throw new UsageError(`nothing can be measured: ${all}, the first with ${errorLine(failure.error)}`)
  }

  #say(sentence: string): void {
    if (!this.#flags.quiet) this.#cli.screen.print(`${this.#chosen.name}: ${sentence}`)
  }
}

async function readAll(source: Source<string>, cli: Cli): Promise<string[]> {
  const { items } = await source.open({ root: undefined, exclude: new Set(), warn: (message) => cli.warn(message) })
  const list: string[] = []
  if (Symbol.iterator in items) for (const { value } of items) list.push(value)
  else for await (const { value } of items) list.push(value)
  return list
}

/** All items in an order whose beginning is spread over all of them, so that a sample has some of every folder. */
function spread(items: readonly string[]): string[] {
  // A step without a common divisor visits each once; one near the golden ratio leaves no large gap.
  let step = Math.max(1, Math.round(items.length * 0.618))
  while (gcd(step, items.length) !== 1) step++
  return items.map((_, index) => items[(index * step) % items.length] ?? '')
}

/** So many items, over and over again where there are fewer. */
function* cycle(items: readonly string[], count: number): Generator<string> {
  for (let index = 0; index < count; index++) yield items[index % items.length] ?? ''
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b)
}
