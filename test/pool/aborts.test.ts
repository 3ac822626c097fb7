import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { it } from 'node:test'
import { Aborts } from '../../src/pool/aborts.ts'

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length

it('a signal has one listener for all its calls, and none after the last', () => {
  const aborts = new Aborts()
  const { signal } = new AbortController()
  const forget = [1, 2, 3].map(() => aborts.listen(signal, () => assert.fail('it did not abort')))
  assert.equal(listeners(signal), 1)
  forget.slice(1).forEach((each) => each())
  assert.equal(listeners(signal), 1)
  forget.forEach((each) => each())
  assert.equal(listeners(signal), 0)
  aborts.listen(signal, () => {})
  assert.equal(listeners(signal), 1)
})

it('an abort reaches every call that was not forgotten, also when calls are forgotten meanwhile', () => {
  const aborts = new Aborts()
  const controller = new AbortController()
  const heard: string[] = []
  const first = aborts.listen(controller.signal, () => {
    heard.push('first')
    first()
    second()
  })
  const second = aborts.listen(controller.signal, () => heard.push('second'))
  aborts.listen(controller.signal, () => heard.push('third'))
  controller.abort()
  assert.deepEqual(heard, ['first', 'third'])
  assert.equal(listeners(controller.signal), 0)
})
