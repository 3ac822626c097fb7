import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import { describe, test } from 'node:test'
import { MessageChannel, MessagePort, type Transferable, receiveMessageOnPort } from 'node:worker_threads'
import { Decoder, Encoder, type EncoderOptions, move } from '../../src/wire/codec/index.ts'

const { Module: WasmModule } = Reflect.get(globalThis, 'WebAssembly') as { Module: new (bytes: Uint8Array) => object }

/** Through a real port, as between threads. */
function send(value: unknown, options: EncoderOptions = {}): { value: unknown; externals: number; bytes: number } {
  const { bytes, externals, transfer } = new Encoder({ externals: true, ...options }).encode(value)
  const { port1, port2 } = new MessageChannel()
  try {
    port1.postMessage([bytes.slice(), externals], transfer as Transferable[])
    const received = receiveMessageOnPort(port2) as { message: [Uint8Array, unknown[]] }
    const [frame, others] = received.message
    return { value: new Decoder().decode(frame, others), externals: externals.length, bytes: bytes.length }
  } finally {
    port1.close()
    port2.close()
  }
}

describe('what only a port can carry', () => {
  test('shared memory is shared, and its views stay together', () => {
    const shared = new SharedArrayBuffer(16)
    const words = new Int32Array(shared, 4, 2)
    const { value } = send({ words, shared, all: [new Uint8Array(shared), shared] })
    const copy = value as { words: Int32Array; shared: SharedArrayBuffer; all: [Uint8Array, SharedArrayBuffer] }
    words[0] = 42
    assert.equal(copy.words[0], 42)
    assert.equal(copy.words.length, 2)
    assert.equal(copy.words.buffer, copy.shared)
    assert.equal(copy.all[0].buffer, copy.shared)
    assert.equal(copy.all[1], copy.shared)
  })

  test('ports move, and work', () => {
    const { port1, port2 } = new MessageChannel()
    const { value } = send({ reply: port2, again: [port2] })
    const copy = value as { reply: MessagePort; again: [MessagePort] }
    assert.ok(copy.reply instanceof MessagePort)
    assert.equal(copy.reply, copy.again[0])
    copy.reply.postMessage('hello')
    assert.equal(receiveMessageOnPort(port1)?.message, 'hello')
    port1.close()
  })

  test('objects of the platform arrive as such, first and later ones', async () => {
    const wasm = new WasmModule(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0))
    for (let i = 0; i < 2; i++) {
      const { value } = send([new Blob(['text']), createSecretKey(Buffer.from('key')), wasm, { a: 1 }])
      const [blob, key, module, plain] = value as [Blob, ReturnType<typeof createSecretKey>, object, unknown]
      assert.equal(await blob.text(), 'text')
      assert.equal(key.export().toString(), 'key')
      assert.ok(module instanceof WasmModule)
      assert.deepEqual(plain, { a: 1 })
    }
  })

  test('an instance that holds one is still an instance of its class like others', () => {
    class Holder {
      readonly inner: unknown
      constructor(inner: unknown) {
        this.inner = inner
      }
    }
    const { port2 } = new MessageChannel()
    const { value } = send([new Holder(port2), new Holder(1), new Holder(new Blob(['b']))])
    const [port, one, blob] = value as [Holder, Holder, Holder]
    assert.ok(port.inner instanceof MessagePort)
    assert.deepEqual(one, { inner: 1 })
    assert.ok(blob.inner instanceof Blob)
    port.inner.close()
  })
})

describe('moved and detached buffers', () => {
  test('a moved buffer is empty here and whole there, with all its views', () => {
    const bytes = move(new Uint8Array(1000).fill(7))
    const { value, externals, bytes: size } = send({ bytes, part: bytes.subarray(10, 20), buffer: bytes.buffer })
    const copy = value as { bytes: Uint8Array; part: Uint8Array; buffer: ArrayBuffer }
    assert.equal(bytes.length, 0)
    assert.deepEqual(copy.bytes, new Uint8Array(1000).fill(7))
    assert.equal(copy.part.byteOffset, 10)
    assert.equal(copy.part.buffer, copy.buffer)
    assert.deepEqual([externals, size < 200], [1, true])
  })

  test('a moved Buffer of its own memory moves; one in the pool is copied, and the pool stays', () => {
    const own = Buffer.alloc(100_000, 'x')
    const pooled = Buffer.from('in the pool')
    const { value, externals } = send([move(own), move(pooled)])
    const [a, b] = value as [Buffer, Buffer]
    assert.ok(Buffer.isBuffer(a))
    assert.equal(a.toString(), 'x'.repeat(100_000))
    assert.equal(b.toString(), 'in the pool')
    assert.deepEqual([own.length, pooled.toString(), externals], [0, 'in the pool', 1])
  })

  test('for a process a moved buffer is copied and stays', () => {
    const bytes = move(new Uint8Array([1, 2, 3]))
    assert.deepEqual(new Decoder().decode(new Encoder().encode(bytes).bytes), Uint8Array.of(1, 2, 3))
    assert.equal(bytes.length, 3)
  })

  test('from `detachFrom` on a copy travels beside the frame, and the original stays', () => {
    const bytes = new Uint8Array(10_000).fill(5)
    const buffer = Buffer.alloc(10_000, 'b')
    const part = new Uint8Array(bytes.buffer, 100, 50)
    const original = { bytes, buffer, part, small: Uint8Array.of(1), whole: bytes.buffer }
    const { value, externals, bytes: size } = send(original, { detachFrom: 4096 })
    assert.deepStrictEqual(value, original)
    const copy = value as { bytes: Uint8Array; part: Uint8Array; whole: ArrayBuffer }
    assert.equal(copy.part.buffer, copy.whole)
    assert.equal(copy.bytes.buffer, copy.whole)
    assert.deepEqual([bytes.length, buffer.length, externals, size < 500], [10_000, 10_000, 2, true])
  })

  test('an external that did not come is an error', () => {
    const { bytes } = new Encoder({ externals: true }).encode(new SharedArrayBuffer(1))
    assert.throws(() => new Decoder().decode(bytes, []), { code: 'ERR_CORRUPT_FRAME', message: /beside it/ })
  })
})
