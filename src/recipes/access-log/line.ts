/**
 * The grammar of one line, in all formats at once:
 *
 *     [vhost:port ]host identity user [time] "request" status size[ "referer" "agent"]…
 *
 * Fields are parted by one space; a host, an identity and a vhost hold no white space; a user may (`jean dupont`, or
 * what an attacker typed) and ends at the first ` [` after which the line goes on as above. In a quoted field a
 * backslash takes the next character with it. A status is three digits, a size digits or `-`. Whatever follows is
 * ignored: it is where formats derived from these put their own fields.
 */
export class LinePositions {
  vhostEnd = 0
  hostStart = 0
  hostEnd = 0
  identityEnd = 0
  userEnd = 0
  timeEnd = 0
  requestEnd = 0
  sizeStart = 0
  sizeEnd = 0
  refererEnd = 0
  agentEnd = 0

  /** Between `[` and `]`. */
  get timeStart(): number {
    return this.userEnd + 2
  }

  /** Between the quotes. */
  get requestStart(): number {
    return this.timeEnd + 3
  }

  get statusStart(): number {
    return this.requestEnd + 2
  }

  get refererStart(): number {
    return this.sizeEnd + 2
  }

  get agentStart(): number {
    return this.refererEnd + 3
  }

  /** Whether the line has a referer and an agent (combined), or not (common). */
  get combined(): boolean {
    return this.agentEnd > 0
  }

  /**
   * Finds the fields of a line without its line end. Takes time linear in the line's length, whatever it holds.
   *
   * @returns false when the line is none of the formats; the positions are then without meaning.
   */
  find(line: string): boolean {
    const first = endOfToken(line, 0)
    if (first === 0 || line.charCodeAt(first) !== SPACE) return false
    if (endsInPort(line, first) && this.#findFrom(line, first + 1)) {
      this.vhostEnd = first
      return true
    }
    this.vhostEnd = 0
    return this.#findFrom(line, 0)
  }

  #findFrom(line: string, start: number): boolean {
    const hostEnd = endOfToken(line, start)
    if (hostEnd === start || line.charCodeAt(hostEnd) !== SPACE) return false
    const identityEnd = endOfToken(line, hostEnd + 1)
    if (identityEnd === hostEnd + 1 || line.charCodeAt(identityEnd) !== SPACE) return false
    this.hostStart = start
    this.hostEnd = hostEnd
    this.identityEnd = identityEnd
    let timeEnd = 0
    for (let userEnd = line.indexOf(' [', identityEnd + 2); userEnd !== -1; userEnd = line.indexOf(' [', userEnd + 1)) {
      if (timeEnd < userEnd + 2) timeEnd = line.indexOf(']', userEnd + 2)
      if (timeEnd === -1) return false
      this.userEnd = userEnd
      this.timeEnd = timeEnd
      if (timeEnd > userEnd + 2 && line.startsWith('] "', timeEnd) && this.#findRest(line, timeEnd + 3)) return true
    }
    return false
  }

  #findRest(line: string, requestStart: number): boolean {
    const requestEnd = endOfQuoted(line, requestStart)
    if (requestEnd === -1) return false
    const status = requestEnd + 2
    if (line.charCodeAt(requestEnd + 1) !== SPACE || line.charCodeAt(status + 3) !== SPACE) return false
    for (let i = status; i < status + 3; i++) if (!isDigit(line.charCodeAt(i))) return false
    const sizeStart = status + 4
    let sizeEnd = sizeStart
    while (isDigit(line.charCodeAt(sizeEnd))) sizeEnd++
    if (sizeEnd === sizeStart && line.charCodeAt(sizeEnd++) !== DASH) return false
    this.requestEnd = requestEnd
    this.sizeStart = sizeStart
    this.sizeEnd = sizeEnd
    this.#findOptional(line, sizeEnd)
    return true
  }

  #findOptional(line: string, start: number): void {
    this.agentEnd = 0
    if (!line.startsWith(' "', start)) return
    const refererEnd = endOfQuoted(line, start + 2)
    if (refererEnd === -1 || !line.startsWith(' "', refererEnd + 1)) return
    const agentEnd = endOfQuoted(line, refererEnd + 3)
    if (agentEnd === -1) return
    this.refererEnd = refererEnd
    this.agentEnd = agentEnd
  }
}

const SPACE = 32
const QUOTE = 34
const DASH = 45
const BACKSLASH = 92

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

/** Where a run of characters that are not ASCII white space ends. */
function endOfToken(line: string, start: number): number {
  let i = start
  for (; i < line.length; i++) {
    const code = line.charCodeAt(i)
    if (code <= SPACE && (code === SPACE || (code >= 9 && code <= 13))) break
  }
  return i
}

/** Whether a token that starts the line and ends at `end` is something, a colon and digits. */
function endsInPort(line: string, end: number): boolean {
  let i = end - 1
  while (i > 0 && isDigit(line.charCodeAt(i))) i--
  return i > 0 && i < end - 1 && line[i] === ':'
}

/** Where a quoted field that starts at `start` ends: its closing quote, or -1. */
function endOfQuoted(line: string, start: number): number {
  for (let i = start; i < line.length; i++) {
    const code = line.charCodeAt(i)
    if (code === QUOTE) return i
    if (code === BACKSLASH) i++
  }
  return -1
}

/**
 * Where the method and the target of a request end, if it is `method target protocol` parted by single spaces; else
 * `[0, 0]`.
 */
export function requestParts(line: string, start: number, end: number): readonly [number, number] {
  const methodEnd = line.indexOf(' ', start)
  if (methodEnd === -1 || methodEnd >= end) return ODD
  const targetEnd = line.indexOf(' ', methodEnd + 1)
  if (targetEnd === -1 || targetEnd >= end) return ODD
  const third = line.indexOf(' ', targetEnd + 1)
  return third === -1 || third >= end ? [methodEnd, targetEnd] : ODD
}

const ODD = [0, 0] as const
