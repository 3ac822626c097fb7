import type { Figure } from './harness/index.ts'
import { logsCore, logsMemory, logsScaling, logsWays, logsWorkers } from './logs/index.ts'
import { poolBalance, poolCost, poolLatency, poolStart, poolThroughput, poolValues } from './pool/index.ts'
import { runAutosave, runMillion, runSaved } from './run/index.ts'

/** All benchmarks, in the order of docs/benchmarks.md. */
export const FIGURES: readonly Figure[] = [
  logsCore,
  logsWorkers,
  logsScaling,
  logsMemory,
  logsWays,
  runSaved,
  runMillion,
  runAutosave,
  poolThroughput,
  poolLatency,
  poolBalance,
  poolValues,
  poolStart,
  poolCost,
]
