const thousands = new Intl.NumberFormat('en-US')

/** `12,345` */
export function showCount(count: number): string {
  return thousands.format(count)
}

/** `3 items`, `1 item` */
export function showMany(count: number, one: string, many = `${one}s`): string {
  return `${showCount(count)} ${count === 1 ? one : many}`
}

/** A length of time in milliseconds as people say it: `850ms`, `12.3s`, `3m 12s`, `2h 05m`, `3d 4h`. */
export function showDuration(milliseconds: number): string {
  if (milliseconds < 9.95) return `${Number(milliseconds.toPrecision(2))}ms`
  if (milliseconds < 999.5) return `${Math.round(milliseconds)}ms`
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)}s`
  const seconds = Math.round(milliseconds / 1000)
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${twoDigits(seconds % 60)}s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)}h ${twoDigits(minutes % 60)}m`
  const hours = Math.round(minutes / 60)
  return `${Math.floor(hours / 24)}d ${hours % 24}h`
}

/** What is left, which is never known to a tenth of a second: `4s`, `3m 12s`. */
export function showEta(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000)
  return seconds < 60 ? `${seconds}s` : showDuration(seconds * 1000)
}

/** Items a second, a minute or an hour, whichever gives a number above one: `1,234/s`, `3.2/s`, `12/min`. */
export function showRate(perSecond: number): string {
  if (!Number.isFinite(perSecond) || perSecond <= 0) return '0/s'
  if (perSecond >= 1) return `${threeDigits(perSecond)}/s`
  return perSecond >= 1 / 60 ? `${threeDigits(perSecond * 60)}/min` : `${threeDigits(perSecond * 3600)}/h`
}

/** A moment in local time: `2026-11-21 03:10:22`. */
export function showTime(epoch: number): string {
  const date = new Date(epoch)
  const day = [date.getFullYear(), twoDigits(date.getMonth() + 1), twoDigits(date.getDate())].join('-')
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':')}`
}

/** How long ago a moment was: `3m 12s ago`. */
export function showAgo(epoch: number, now: number = Date.now()): string {
  const passed = now - epoch
  return passed < 1000 ? 'just now' : `${passed < 60_000 ? `${Math.floor(passed / 1000)}s` : showDuration(passed)} ago`
}

function threeDigits(value: number): string {
  return value >= 100 ? showCount(Math.round(value)) : String(Number(value.toPrecision(value >= 10 ? 3 : 2)))
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
