import { existsSync, statSync } from 'node:fs'
import path from 'node:path'
import { type RunOptions, type RunReport, type Source, Stop, run, stopOnSignals } from '../../run/index.ts'
import type { Cli } from '../cli.ts'
import type { RunFlags } from '../define/run.ts'
import { UsageError } from '../errors.ts'
import { stdout } from '../formats/sink.ts'
import { chooseInputs, closeStdin } from '../inputs.ts'
import { chooseDisplay } from '../progress/choose.ts'
import type { Display } from '../progress/display.ts'
import { QuietDisplay } from '../progress/quiet.ts'
import { listen } from '../progress/listen.ts'
import { type ChosenTask, chooseTask } from '../task-name.ts'
import { dryRun } from './dry-run.ts'
import { confirmRestart } from './restart.ts'
import { detailLines, headline, jsonSummary } from './summary.ts'

/** `manyhands run` */
export async function runTask(text: string, inputs: readonly string[], flags: RunFlags, cli: Cli): Promise<void> {
  const chosen = chooseTask(text)
  const store = flags.output ?? `${chosen.name}.db`
  checkStore(store, chosen.name)
  const source = chooseInputs(inputs, flags, chosen.recipe?.extensions ?? [], cli)
  if (flags.dryRun) return dryRun(chosen, source, store, flags)
  if (flags.restart && !(await confirmRestart(store, flags, cli))) return
  if (flags.output === undefined && !flags.quiet && !cli.speaksJson && !existsSync(store)) {
    cli.screen.say(`Results are saved in ${store}; -o names another file`)
  }
  const display = flags.quiet ? new QuietDisplay(cli.screen) : chooseDisplay(flags.progress, cli)
  const report = await runWith(chosen, source, { ...optionsOf(flags), store }, display, cli).finally(() =>
    closeStdin(inputs),
  )
  if (!cli.speaksJson && !flags.quiet) {
    cli.screen.say(headline(report, cli.screen.style))
    cli.screen.print(...detailLines(report, chosen, store, shownOf(display, report), cli.screen.style))
  }
  if (cli.speaksJson) cli.screen.print(JSON.stringify({ type: 'end', ...jsonSummary(report, chosen) }))
  if (flags.json) await stdout.write(`${JSON.stringify(jsonSummary(report, chosen), null, 2)}\n`)
  process.exitCode = report.exitCode
}

/** @throws {@link UsageError} for what can be no store, before anything else is looked at. */
function checkStore(store: string, task: string): void {
  const ending = path.extname(store)
  if (NO_STORE.test(ending)) {
    const other = `${store.slice(0, -ending.length)}.db`
    const then = `manyhands results ${other} -o ${store}`
    throw new UsageError(`a store is no ${ending} file; run with -o ${other}, then: ${then}`)
  }
  if (statSync(store, { throwIfNoEntry: false })?.isDirectory()) {
    const inside = path.join(store, `${task}.db`)
    throw new UsageError(`${store} is a folder; name a file for the results, such as -o ${inside}`)
  }
}

/** What people may take for the format of results, which it is not. */
const NO_STORE = /^\.(?:csv|tsv|parquet|xlsx|xls|txt|html|xml|ya?ml)$/i

/** How many failures can still be seen: after a while they have scrolled away. */
function shownOf({ shown }: Display, { duration }: RunReport): number {
  return duration < 30_000 ? shown : 0
}

async function runWith(
  { name, task }: ChosenTask,
  source: Source<string>,
  options: RunOptions,
  display: Display,
  cli: Cli,
): Promise<RunReport> {
  const stop = new Stop()
  const release = stopOnSignals(stop, ['SIGINT', 'SIGTERM', 'SIGHUP'])
  const { listeners, end } = listen(name, options, display, cli)
  try {
    return await run(task, source, { ...options, ...listeners, stop })
  } finally {
    end()
    release()
  }
}

function optionsOf(flags: RunFlags): RunOptions {
  const { workers, kind, timeout, retries, backoff, memoryLimit, partition, halt, grace, limit } = flags
  const { saveEvery, saveInterval, retryFailed, taskChanged, restart } = flags
  return {
    workers,
    kind,
    timeout,
    retries,
    backoff,
    memoryLimit,
    partition,
    halt,
    grace,
    limit,
    saveEvery,
    saveInterval,
    retryFailed,
    taskChanged,
    restart,
  }
}
