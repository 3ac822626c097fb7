/** `20/May/2015:11:05:40 +0000`, as Apache and nginx write a time. */
const APACHE = /^(\d\d)\/([A-Z][a-z][a-z])\/(\d{4}):(\d\d)/

/** `2015-05-20T11:05:40+00:00`, as nginx writes a time where it is told to. */
const ISO = /^\d{4}-\d\d-\d\dT\d\d/

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** The hour of a logged time or its start, as `2015-05-20T11`; a time of another form as it stands. */
export function hourOf(time: string): string {
  if (ISO.test(time)) return time.slice(0, 13)
  const [, day, name, year, hour] = APACHE.exec(time) ?? []
  const month = MONTHS.indexOf(name ?? '') + 1
  return month === 0 ? time : `${year}-${String(month).padStart(2, '0')}-${day}T${hour}`
}

let cachedDay = ''
let cachedMidnight = NaN

/**
 * A logged time as milliseconds since 1970, its zone taken in; NaN for a time of another form.
 *
 * Lines come in the order of time, so the day is worked out when it changes and not for each line.
 */
export function parseTime(time: string): number {
  if (time.length !== 26 || time.charCodeAt(11) !== COLON) return ISO.test(time) ? Date.parse(time) : NaN
  const day = time.slice(0, 11)
  if (day !== cachedDay) {
    const month = MONTHS.indexOf(day.slice(3, 6)) + 1
    const iso = `${day.slice(7)}-${String(month).padStart(2, '0')}-${day.slice(0, 2)}`
    cachedMidnight = day[2] === '/' && day[6] === '/' ? Date.parse(`${iso}T00:00:00Z`) : NaN
    cachedDay = day
  }
  const sign = time.charCodeAt(21) === DASH ? -1 : time.charCodeAt(21) === PLUS ? 1 : NaN
  const zone = sign * (two(time, 22) * 60 + two(time, 24))
  return cachedMidnight + ((two(time, 12) * 60 + two(time, 15) - zone) * 60 + two(time, 18)) * 1000
}

const PLUS = 43
const DASH = 45
const ZERO = 48
const COLON = 58

/** The number that two digits at `i` stand for, or NaN. */
function two(text: string, i: number): number {
  const tens = text.charCodeAt(i) - ZERO
  const ones = text.charCodeAt(i + 1) - ZERO
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN
}
