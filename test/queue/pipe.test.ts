// CONFORMANCE.md, table PIPE; CHECKLIST S2-14, S2-15.
import assert from 'node:assert/strict'
import { createServer, connect } from 'node:net'
import { test } from 'node:test'
import {
  BrokenPipeError,
  BufferTooShort,
  type Connection,
  ConnectionStateError,
  EndOfPipe,
  Pipe,
  Pool,
  waitReady,
} from 'manyhands'
import { type Assert, everywhere, failure, overWorkers } from '../fixtures/pools.ts'

overWorkers('PIPE-01 S2-14 both ends send and receive', async (pool) => {
  const [here, there] = Pipe()
  const echo = pool.apply(
    async (connection: Connection) => {
      for await (const message of connection) await connection.send([message, 'back'])
    },
    [there],
  )
  for (const message of [[1, 2.25, null], 'x', { a: new Date(3) }]) {
    await here.send(message)
    assert.deepEqual(await here.recv(), [message, 'back'])
  }
  await here.close()
  await echo
})

test('PIPE-02 S2-15 a one-way pipe: the first end receives, the second sends', async () => {
  const [r, w] = Pipe<number>({ duplex: false })
  assert.deepEqual([r.readable, r.writable, w.readable, w.writable], [true, false, false, true])
  await assert.rejects(r.send(1), ConnectionStateError)
  await assert.rejects(w.recv(), ConnectionStateError)
  await assert.rejects(w.poll(), ConnectionStateError)
  await w.send(7)
  assert.equal(await r.recv(), 7)
})

everywhere(
  'PIPE-03 PIPE-08 bytes: slices, and messages never merged or split',
  () => Pipe<never>(),
  async (a, b) => {
    const assert: Assert = (await import('node:assert/strict')).default
    const all = Buffer.from('abcdefghijklmnopqrstuvwxyz')
    const slices: [number?, number?][] = [[], [5], [7, 8], [26], [26, 0]]
    for (const [offset, size] of slices) await a.sendBytes(all, offset, size)
    const got: string[] = []
    for (const _ of slices) got.push(Buffer.from(await b.recvBytes()).toString())
    assert.deepEqual(got, [all.toString(), 'fghijklmnopqrstuvwxyz', 'hijklmno', '', ''])
    for (const text of ['', 'a', 'b', 'cd']) await a.sendBytes(Buffer.from(text))
    for (const text of ['', 'a', 'b', 'cd']) assert.equal(Buffer.from(await b.recvBytes()).toString(), text)
  },
)

test('PIPE-04 slices beyond the bytes', async () => {
  const [a] = Pipe()
  const bytes = new Uint8Array(26)
  for (const [offset, size] of [[27], [22, 5], [26, 1], [-1], [4, -1]] as [number, number?][]) {
    await assert.rejects(a.sendBytes(bytes, offset, size), { code: 'ERR_INVALID_OPTION' })
  }
})

test("PIPE-05 receive into a buffer of one's own", async () => {
  const [a, b] = Pipe()
  const buffer = new Uint8Array(8)
  await a.sendBytes(Buffer.from('hello'))
  assert.equal(await b.recvBytesInto(buffer), 5)
  await a.sendBytes(Buffer.from('xy'))
  assert.equal(await b.recvBytesInto(buffer, 5), 2)
  assert.equal(Buffer.from(buffer).toString(), 'helloxy\0')
  await a.sendBytes(Buffer.from('far too long'))
  const error = await failure(b.recvBytesInto(buffer))
  assert.ok(error instanceof BufferTooShort)
  assert.equal(Buffer.from(error.bytes).toString(), 'far too long')
})

test('PIPE-06 a message longer than maxLength ends the connection', async () => {
  const [a, b] = Pipe()
  await a.sendBytes(new Uint8Array(10))
  await assert.rejects(b.recvBytes(9), BufferTooShort)
  await assert.rejects(b.recvBytes(), ConnectionStateError)
})

everywhere(
  'PIPE-07 poll',
  () => Pipe<number>(),
  async (a, b) => {
    const assert: Assert = (await import('node:assert/strict')).default
    assert.deepEqual([await b.poll(), await b.poll(-1)], [false, false])
    const before = performance.now()
    assert.equal(await b.poll(100), false)
    assert.ok(performance.now() - before >= 84)
    await a.send(1)
    assert.deepEqual([await b.poll(), await b.poll(10)], [true, true])
    assert.equal(await b.recv(), 1)
  },
)

overWorkers('PIPE-09 to poll takes nothing', async (pool) => {
  const [a, b] = Pipe<number>()
  const polled = pool.apply((connection: Connection<number>) => connection.poll(5000), [b])
  await a.send(5)
  assert.equal(await polled, true)
  assert.equal(await b.recv(), 5)
})

overWorkers('PIPE-10 a message of 16 MB', async (pool) => {
  const [a, b] = Pipe()
  const data = Buffer.alloc(16 * 1024 * 1024, 'sixteen megabytes')
  const echo = pool.apply(async (connection: Connection) => connection.sendBytes(await connection.recvBytes()), [b])
  await a.sendBytes(data)
  assert.equal(Buffer.compare(await a.recvBytes(), data), 0)
  await echo
})

test('PIPE-12 PIPE-13 PIPE-14 a closed end, from both sides', async () => {
  const [a, b] = Pipe<string>()
  await a.send('last words')
  await a.close()
  await a.close()
  assert.equal(a.closed, true)
  for (const use of [a.send('x'), a.recv(), a.poll()]) await assert.rejects(use, /is closed/)
  assert.equal(await b.recv(), 'last words')
  assert.equal(await b.poll(), true)
  await assert.rejects(b.recv(), EndOfPipe)
  await assert.rejects(b.recvBytes(), EndOfPipe)
  await assert.rejects(b.send('x'), BrokenPipeError)
})

test('PIPE-15 both ends are closed at the end of their block', async () => {
  const [a, b] = Pipe()
  await a[Symbol.asyncDispose]()
  await b[Symbol.asyncDispose]()
  assert.deepEqual([a.closed, b.closed], [true, true])
})

overWorkers('PIPE-16 the end of a worker is the end of its pipe, whoever made it', async (pool) => {
  const [here, there] = Pipe<string>()
  const call = failure(
    pool.apply(
      async (connection: Connection<string>) => {
        await connection.send('hello')
        process.exit(0)
      },
      [there],
    ),
  )
  assert.equal(await here.recv(), 'hello')
  await assert.rejects(here.recv(), EndOfPipe)
  await assert.rejects(here.send('anybody?'), BrokenPipeError)
  await call
})

overWorkers('PIPE-17 the maker may close its copy as soon as the other has been given it', async (pool) => {
  const [here, there] = Pipe<string>()
  const call = pool.apply((connection: Connection<string>) => connection.send('still here'), [there])
  await there.close()
  assert.equal(await here.recv(), 'still here')
  await call
})

overWorkers('PIPE-18 a connection goes over a connection', async (pool) => {
  const [here, there] = Pipe<Connection<string>>()
  const [inner, given] = Pipe<string>()
  const call = pool.apply(
    async (connection: Connection<Connection<string>>) => {
      const received = await connection.recv()
      await received.send((await received.recv()).toUpperCase())
    },
    [there],
  )
  await here.send(given)
  await inner.send('through')
  assert.equal(await inner.recv(), 'THROUGH')
  await call
})

overWorkers('PIPE-20 wait over several connections, to the end of each', async (pool) => {
  const write = async (connection: Connection<number>, id: number) => {
    for (let i = 0; i < 10; i++) await connection.send(id * 10 + i)
    await connection.close()
  }
  const pipes = [0, 1, 2, 3].map(() => Pipe<number>({ duplex: false }))
  const writers = pipes.map(([, w], id) => pool.apply(write, [w, id]))
  const open = new Set(pipes.map(([r]) => r))
  const got: number[] = []
  while (open.size > 0) {
    for (const connection of await waitReady(open)) {
      try {
        got.push(await connection.recv())
      } catch (error) {
        assert.ok(error instanceof EndOfPipe)
        open.delete(connection)
      }
    }
  }
  await Promise.all(writers)
  assert.deepEqual(
    got.sort((a, b) => a - b),
    Array.from({ length: 40 }, (_, i) => i),
  )
})

test('PIPE-21 wait with a timeout', async () => {
  const [a] = Pipe()
  const before = performance.now()
  assert.deepEqual(await waitReady([a], { timeout: 100 }), [])
  assert.ok(performance.now() - before >= 84)
  assert.deepEqual(await waitReady([a], { timeout: -1 }), [])
})

test('PIPE-22 wait for connections, promises and sockets: exactly those that are ready', async (t) => {
  const [a, b] = Pipe<string>()
  const server = createServer((socket) => socket.write('hi')).listen(0)
  t.after(() => server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  const socket = connect(address.port)
  t.after(() => socket.destroy())
  let end = (): void => {}
  const sentinel = new Promise<void>((resolve) => (end = resolve))
  assert.deepEqual(await waitReady([a, sentinel, socket], { timeout: 5000 }), [socket])
  socket.read()
  const waiting = waitReady([a, sentinel, socket], { timeout: 5000 })
  await b.send('x')
  assert.deepEqual(await waiting, [a])
  end()
  assert.deepEqual(new Set(await waitReady([a, sentinel, socket], { timeout: 5000 })), new Set([a, sentinel]))
})

overWorkers('PIPE-23 what several workers send on one end arrives whole', async (pool) => {
  const [here, there] = Pipe<never>()
  const write = async (connection: Connection, byte: number) => {
    for (let i = 0; i < 50; i++) await connection.sendBytes(new Uint8Array(10_000).fill(byte))
  }
  const writers = [pool.apply(write, [there, 1]), pool.apply(write, [there, 2])]
  const counts = [0, 0, 0]
  for (let i = 0; i < 100; i++) {
    const bytes = await here.recvBytes()
    const [first = 0] = bytes
    assert.ok(bytes.length === 10_000 && bytes.every((byte) => byte === first))
    counts[first] = (counts[first] ?? 0) + 1
  }
  assert.deepEqual(counts, [0, 50, 50])
  await Promise.all(writers)
})

overWorkers('a send waits for a receiver that is far behind, and a receiver that dies ends the wait', async (pool) => {
  const [here, there] = Pipe<never>()
  const receiver = failure(
    pool.apply(
      async (connection: Connection) => {
        await connection.recvBytes()
        process.exit(1)
      },
      [there],
    ),
  )
  const error = await failure(
    (async () => {
      for (;;) await here.sendBytes(new Uint8Array(300_000))
    })(),
  )
  assert.ok(error instanceof BrokenPipeError)
  await receiver
})

overWorkers('blocking forms in a worker', async (pool) => {
  const [here, there] = Pipe<string>()
  const call = pool.apply(
    (connection: Connection<string>) => {
      const seen: unknown[] = [connection.pollSync(20)]
      connection.sendSync('ready')
      seen.push(connection.recvSync(), connection.pollSync(5000))
      try {
        connection.recvSync()
      } catch (error) {
        seen.push((error as Error).name)
      }
      return seen
    },
    [there],
  )
  assert.equal(await here.recv(), 'ready')
  await here.send('go')
  await here.close()
  assert.deepEqual(await call, [false, 'go', true, 'EndOfPipe'])
})

test('an end that was given to a worker opens again when it is given to the next', { timeout: 20_000 }, async () => {
  const pool = new Pool({ workers: 1, kind: 'process' })
  const [here, there] = Pipe<number>()
  for (const n of [1, 2]) {
    const call = failure(
      pool.apply(
        async (connection: Connection<number>, value: number) => {
          await connection.send(value)
          process.exit(1)
        },
        [there, n],
      ),
    )
    assert.equal(await here.recv(), n)
    await assert.rejects(here.recv(), EndOfPipe)
    await call
  }
  await pool.terminate()
})
