import type { Access, StageOptions } from './access.ts'
import { requestParts } from './line.ts'
import { type Source, Stream, batchesOf, mapped } from './stream.ts'
import { parseTime } from './time.ts'
import { type UrlParts, splitUrl } from './url.ts'

/** A user agent of the usual form: `product (system) details`. */
export interface AgentDetails {
  readonly product: string
  readonly system: string
  /** The platform, its details and extensions: all that follows. */
  readonly details: string
}

/** An {@link Access} with its parts parsed. */
export interface AccessDetails {
  readonly access: Access
  /** Invalid (`NaN`) where the log's time has neither the form `20/May/2015:11:05:40 +0000` nor that of ISO 8601. */
  readonly time: Date
  readonly method: string
  readonly url: UrlParts
  readonly protocol: string
  /** null where the log has none, or `-`. */
  readonly referrer: UrlParts | null
  /** null where the agent is not of the usual form. */
  readonly agent: AgentDetails | null
}

/**
 * The parts of an access; undefined when its request is not `method target protocol`.
 *
 * @example
 * ```ts
 * import { parseAccess, parseDetails } from 'manyhands/recipes/access-log'
 *
 * const access = parseAccess('192.0.2.1 - - [01/Jun/2012:22:17:55 -0400] "GET /a?b=c HTTP/1.1" 200 5120')
 * const details = access && parseDetails(access)
 * console.log(details?.url.path, details?.time.toISOString()) // /a 2012-06-02T02:17:55.000Z
 * ```
 */
export function parseDetails(access: Access): AccessDetails | undefined {
  const { request, referer } = access
  const [methodEnd, targetEnd] = requestParts(request, 0, request.length)
  if (targetEnd === 0) return undefined
  return {
    access,
    time: new Date(parseTime(access.time)),
    method: request.slice(0, methodEnd),
    url: splitUrl(request.slice(methodEnd + 1, targetEnd)),
    protocol: request.slice(targetEnd + 1),
    referrer: referer === null || referer === '-' || referer === '' ? null : splitUrl(referer),
    agent: access.userAgent === null ? null : parseAgent(access.userAgent),
  }
}

/**
 * `product (system) details`, the details being optional; null for an agent of another form.
 *
 * @example
 * ```ts
 * import { parseAgent } from 'manyhands/recipes/access-log'
 *
 * console.log(parseAgent('Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101')?.system) // X11; Linux x86_64
 * ```
 */
export function parseAgent(agent: string): AgentDetails | null {
  const open = agent.indexOf(' (')
  const close = agent.indexOf(')', open)
  if (open === -1 || close === -1 || agent.lastIndexOf(' ', open - 1) !== -1) return null
  const details = agent.slice(close + 1).trimStart()
  return { product: agent.slice(0, open), system: agent.slice(open + 2, close), details }
}

/**
 * Stage 3: from accesses to {@link AccessDetails}. Requests that are not `method target protocol` are left out and
 * counted in `skipped`.
 *
 * @example
 * ```ts
 * import { Counter } from 'manyhands'
 * import { accessDetailIter, accessIter, localGzip } from 'manyhands/recipes/access-log'
 *
 * const methods = new Counter()
 * for await (const { method } of accessDetailIter(accessIter(localGzip('logs/*')))) methods.add(method)
 * console.log(methods.mostCommon(1)) // [ [ 'GET', 80 ] ]
 * ```
 */
export function accessDetailIter(source: Source<Access>, options?: StageOptions<Access>): Stream<AccessDetails> {
  return mapped(() => batchesOf(source), parseDetails, options?.onSkip)
}
