import { csvLine } from './csv.ts'
import { Columns, type Line } from './fields.ts'
import type { FormatName } from './names.ts'
import { writeParquet } from './parquet.ts'
import { plainValue } from './plain-value.ts'
import { type Sink, fileSink, stdout, wholeFile } from './sink.ts'

/** Makes the lines anew each time: formats with columns read them twice. */
export type Lines = () => Iterable<Line> | AsyncIterable<Line>

/** Writes lines in a format, to a file or to stdout. */
export async function writeLines(format: FormatName, lines: Lines, path: string | undefined): Promise<void> {
  if (path === undefined) return writeText(format, lines, stdout)
  await wholeFile(path, async (temporary) => {
    if (format === 'parquet') await writeParquet(temporary, await columnsOf(lines), lines())
    else await fileSink(temporary, (sink) => writeText(format, lines, sink))
  })
}

const CHUNK = 64 * 1024

async function writeText(format: FormatName, lines: Lines, sink: Sink): Promise<void> {
  let pending = ''
  for await (const text of TEXTS[format](lines)) {
    pending += text
    if (pending.length < CHUNK) continue
    await sink.write(pending)
    pending = ''
  }
  if (pending !== '') await sink.write(pending)
}

const TEXTS: Readonly<Record<FormatName, (lines: Lines) => AsyncIterable<string>>> = {
  async *jsonl(lines) {
    for await (const line of lines()) yield `${JSON.stringify(plainValue(line))}\n`
  },
  async *json(lines) {
    let before = '['
    for await (const line of lines()) {
      yield `${before}\n${JSON.stringify(plainValue(line))}`
      before = ','
    }
    yield before === '[' ? '[]\n' : '\n]\n'
  },
  async *csv(lines) {
    const columns = await columnsOf(lines)
    yield csvLine(columns.list().map(({ name }) => name))
    for await (const line of lines()) {
      const cells = columns.cells(line)
      if (cells !== undefined) yield csvLine(cells)
    }
  },
  parquet: () => {
    throw new TypeError('Parquet is written to a file')
  },
}

async function columnsOf(lines: Lines): Promise<Columns> {
  const columns = new Columns()
  for await (const line of lines()) columns.add(line)
  return columns
}
