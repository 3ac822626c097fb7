import type { BasicType, ColumnSource } from 'hyparquet-writer'
import type { Column, Columns, Kind, Line } from './fields.ts'

const TYPES: Readonly<Record<Kind, BasicType>> = {
  boolean: 'BOOLEAN',
  integer: 'INT64',
  number: 'DOUBLE',
  text: 'STRING',
  json: 'JSON',
}

/** Rows that are held in memory and written together. */
const ROW_GROUP = 10_000

/** Writes lines as Parquet, in row groups. */
export async function writeParquet(
  path: string,
  columns: Columns,
  lines: Iterable<Line> | AsyncIterable<Line>,
): Promise<void> {
  // Loaded when it is used: no other command needs it.
  const { ParquetWriter, fileWriter, schemaFromColumnData } = await import('hyparquet-writer')
  const list = columns.list()
  const group = list.map(({ name }): ColumnSource & { data: unknown[] } => ({ name, data: [] }))
  const types = list.map(({ name, kind }): ColumnSource => ({ name, type: TYPES[kind], data: [] }))
  const schema = schemaFromColumnData({ columnData: types })
  const writer = new ParquetWriter({ writer: fileWriter(path), schema, createdBy: 'manyhands' })
  const flush = async (): Promise<void> => {
    await writer.write({ columnData: group, rowGroupSize: ROW_GROUP })
    for (const column of group) column.data = []
  }
  for await (const line of lines) {
    for (const [index, value] of columns.cells(line)?.entries() ?? []) group[index]?.data.push(cell(value, list[index]))
    if (group[0]?.data.length === ROW_GROUP) await flush()
  }
  await flush()
  await writer.finish()
}

function cell(value: unknown, column: Column | undefined): unknown {
  if (value == null) return undefined
  if (column?.kind === 'integer' && typeof value === 'number') return BigInt(value)
  return value
}
