import { type LogSummary, daysOf, isHour } from './summary.ts'
import { bar, grouped, many, pad, sparkline } from './text.ts'

/** How many lines the chart over time may take. */
const LINES = 31

const UNITS = [
  ['day', (day: string) => day],
  ['week, by its Monday', mondayOf],
  ['month', (day: string) => day.slice(0, 7)],
  ['year', (day: string) => day.slice(0, 4)],
] as const

/** Requests for each day, or for each week, month or year where there are many days. Those without any are left out. */
export function perDay(summary: LogSummary, columns: number): string[] {
  const days = daysOf(summary)
  if (days.size === 0) return []
  for (const [unit, nameOf] of UNITS) {
    const sums = new Map<string, number>()
    for (const [day, count] of days) {
      const name = nameOf(day)
      sums.set(name, (sums.get(name) ?? 0) + count)
    }
    if (sums.size > LINES && unit !== 'year') continue
    const wide = Math.max(...[...sums.values()].map((count) => grouped(count).length))
    const max = Math.max(...sums.values())
    return [
      `Requests per ${unit}`,
      ...[...sums].slice(-LINES).map(([name, count]) => {
        const start = `  ${name} ${pad(grouped(count), wide, 'left')}  `
        return start + bar(count, max, columns - start.length)
      }),
    ]
  }
  return []
}

/** The Monday of a day's week, both as `2015-05-20`. */
function mondayOf(day: string): string {
  const date = new Date(`${day}T00:00:00Z`)
  if (Number.isNaN(date.getTime())) return day
  date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7))
  return date.toISOString().slice(0, 10)
}

/** Requests for each hour of the day, all days together. */
export function perHour({ hours }: LogSummary): string[] {
  const sums = Array.from({ length: 24 }, () => 0)
  let others = 0
  for (const [time, count] of hours) {
    const hour = isHour(time) ? Number(time.slice(11)) : NaN
    if (hour < 24) sums[hour] = (sums[hour] ?? 0) + count
    else others += count
  }
  const most = Math.max(...sums)
  const lines =
    most === 0
      ? []
      : [
          'Requests per hour of the day',
          `  ${sparkline(sums.flatMap((n) => [n, n]))}`,
          `  ${['00', '06', '12', '18']
            .map((hour) => pad(hour, 12))
            .join('')
            .trimEnd()}`,
          `  most at ${String(sums.indexOf(most)).padStart(2, '0')}:00: ${grouped(most)}`,
        ]
  return others === 0 ? lines : [...lines, `  ${many(others, 'request')} with a time of another form`]
}
