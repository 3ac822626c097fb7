export { logsCore } from './core.ts'
export { logsMemory } from './memory.ts'
export { logsWays } from './ways.ts'
export { logsScaling, logsWorkers } from './workers.ts'
