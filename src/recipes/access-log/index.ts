export { type Access, type StageOptions, accessIter, parseAccess } from './access.ts'
export { analysis, countPaths } from './analysis.ts'
export { type AccessDetails, type AgentDetails, accessDetailIter, parseAgent, parseDetails } from './details.ts'
export {
  type AccessFilter,
  EXCLUDED,
  type PathExclusions,
  accessFilter,
  excludePaths,
  isPage,
  pathFilter,
} from './filters.ts'
export { LogLines, localGzip } from './local-gzip.ts'
export type { Bound, CountedField, Counts, LogReport } from './log-report.ts'
export { type ScanOptions, scanLog } from './scan-log.ts'
export { type Source, Stream } from './stream.ts'
export type { MalformedLine } from './tally.ts'
export { type UrlParts, splitUrl } from './url.ts'
export { type LogJson } from './json-report.ts'
export { type LogRow, type LogSummary, logReducer, mergeSummaries } from './summary.ts'
export { accessLog } from './access-log.ts'
export type { Recipe, RecipeReducer, ReportOptions } from '../recipe.ts'
