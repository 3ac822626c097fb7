import { random } from '../../fixtures/random.ts'

/** A log that is the same for the same seed: usual lines, every format, and lines bent in one place or two. */
export function madeLog(seed: number, lines: number): string {
  const next = random(seed)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)] ?? (from[0] as T)
  let log = ''
  for (let i = 0; i < lines; i++) {
    let line = pick(VHOSTS) + pick(HOSTS) + pick(USERS)
    line += `[${pick(TIMES)}] "${pick(REQUESTS)}" ${pick(STATUSES)} ${pick(SIZES)}`
    const rest = ` "${pick(REFERERS)}" "${pick(AGENTS)}"`
    line += pick(['', ' "-" "-"', rest, `${rest} 120 "x"`])
    while (next() < 0.3) {
      const at = Math.floor(next() * (line.length + 1))
      line = line.slice(0, at) + pick(BENDS) + line.slice(at + Math.floor(next() * 3))
    }
    log += line + pick(ENDS)
  }
  return next() < 0.5 ? log : log.trimEnd()
}

const VHOSTS = [
  '',
  '',
  '',
  '',
  'example.org:443 ',
  '[::1]:80 ',
  'example.org ',
  ':80 ',
  'a:b:1 ',
  'example.org:443  ',
  'example.org: ',
]
const HOSTS = [
  '203.0.113.9',
  '198.51.100.77',
  '2001:db8::1',
  '2001:db8::ff',
  '::1',
  'client.example',
  '\xe9\x80',
  '1:2',
]
const USERS = [
  ' - - ',
  ' - alice ',
  ' - jean dupont ',
  ' id - ',
  " - ';echo '[S]';id ' ",
  ' - a [b] "c ',
  '  - ',
  ' - ',
  ' -  ',
]
const TIMES = [
  '01/Jun/2012:22:17:55 -0400',
  '01/Jun/2012:22:59:59 -0400',
  '01/Jun/2012:23:00:00 -0400',
  '29/Feb/2024:00:00:00 +0530',
  'yesterday',
  '2024-02-29T00:00:00Z',
  '1',
]
const REQUESTS = [
  'GET / HTTP/1.1',
  'GET / HTTP/1.1',
  'GET /a/b.html?x=1&y=[z] HTTP/1.0',
  'POST /caf\xc3\xa9 HTTP/2.0',
  'GET /\xe9 HTTP/1.1',
  '-',
  '',
  'GET',
  'GET /',
  'GET /a b HTTP/1.1',
  '\\x16\\x03\\x01',
  'GET /\\"quoted\\" HTTP/1.1',
  'GET  HTTP/1.1',
  ' / HTTP/1.1',
  'GET /?? HTTP/1.1',
  'GET ? HTTP/1.1',
  'GET /tab\there HTTP/1.1',
  'PROPFIND /~ HTTP/1.1',
  'GET http://a/b HTTP/1.1',
  'GET / HTTP 1.1',
]
const STATUSES = ['200', '200', '304', '404', '000', '99', '2000', '-']
const SIZES = ['0', '-', '5', '121825', '4294967297', '', '12x']
const REFERERS = ['-', '', 'https://example.org/?q="', 'http://a/\\"b', 'x\\\\', '[x] "y']
const AGENTS = ['-', '', 'curl/7.1', 'Mozilla/5.0 (X11; Linux) Gecko \\"x\\"', '\\\\', 'agent\xff', 'x" "y']
const BENDS = [
  '\n',
  '\n "',
  ' ',
  '"',
  '[',
  ']',
  '\\',
  '\r',
  '\t',
  '\0',
  ':',
  '-',
  ' [',
  '] "',
  '\xa0',
  '\v',
  '?',
  '\\"',
  '  ',
  '',
]
const ENDS = ['\n', '\n', '\n', '\n', '\r\n', '\n\n', '\r\r\n', '\n\r\n', ' \n']
