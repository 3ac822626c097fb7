/** What a log holds by the rules of the data folder's MANIFEST.md, the slow way: one regular expression a line. */
export interface Reference {
  lines: number
  blank: number
  malformed: number[]
  combined: number
  common: number
  vhost: number
  oddRequests: number
  bytes: number
  statuses: Map<string, number>
  methods: Map<string, number>
  paths: Map<string, number>
  hosts: Map<string, number>
  hours: Map<string, number>
  agents: Map<string, number>
}

const TOKEN = '[^\\t-\\r ]+'
const QUOTED = '"((?:[^"\\\\]|\\\\.)*)"'
const RECORD = new RegExp(
  `^(${TOKEN}:\\d+ )?(${TOKEN}) ${TOKEN} .+? \\[([^\\]]+)\\] ${QUOTED} (\\d{3}) (\\d+|-)(?: ${QUOTED} ${QUOTED})?`,
  's',
)

/** @param text - the bytes of a log, one character each. */
export function reference(text: string): Reference {
  const found: Reference = {
    lines: 0,
    blank: 0,
    malformed: [],
    combined: 0,
    common: 0,
    vhost: 0,
    oddRequests: 0,
    bytes: 0,
    statuses: new Map(),
    methods: new Map(),
    paths: new Map(),
    hosts: new Map(),
    hours: new Map(),
    agents: new Map(),
  }
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  for (const whole of lines) {
    found.lines++
    const line = whole.endsWith('\r') ? whole.slice(0, -1) : whole
    if (line === '') {
      found.blank++
      continue
    }
    const [match, vhost, host = '', time = '', request = '', status = '', size = '', , agent] = RECORD.exec(line) ?? []
    if (match === undefined) {
      found.malformed.push(found.lines)
      continue
    }
    if (vhost !== undefined) found.vhost++
    if (agent === undefined) found.common++
    else {
      found.combined++
      add(found.agents, agent)
    }
    add(found.hosts, host)
    add(found.hours, time.slice(0, 14))
    add(found.statuses, status)
    if (size !== '-') found.bytes += Number(size)
    const parts = request.split(' ')
    if (parts.length !== 3) {
      found.oddRequests++
      continue
    }
    add(found.methods, parts[0] ?? '')
    add(found.paths, parts[1]?.split('?')[0] ?? '')
  }
  return found
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
