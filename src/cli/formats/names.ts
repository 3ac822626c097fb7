/** The formats of results. */
export const FORMATS = ['jsonl', 'json', 'csv', 'parquet'] as const
export type FormatName = (typeof FORMATS)[number]
