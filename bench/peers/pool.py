#!/usr/bin/env python3
"""Python's multiprocessing.Pool as a contender of the benchmarks of pools: pool.py WORKERS, cases on stdin.

Reads one JSON object a line, {"case": "burst", "n": 1000}, and answers with one a line (../harness/contender.ts).
"""
import json, multiprocessing as mp, os, sys, time

T = time.perf_counter

def noop(x): return x
def spin(ms):
    end = T() + ms / 1e3
    while T() < end: pass
    return ms

def rate(n, f):
    t = T(); f(); return {"rate": n / (T() - t)}

def ints(n): return range(n)
def objects(n): return [{"id": i, "name": "user %d" % i, "score": i * 1.5} for i in range(n)]
def check(results, n):
    assert len(results) == n and sum(r if isinstance(r, int) else r["id"] for r in results) == n * (n - 1) // 2

def burst(p, n, **_):
    def f(): check([r.get() for r in [p.apply_async(noop, (i,)) for i in range(n)]], n)
    return rate(n, f)
def map_ints(p, n, **_): xs = ints(n); return rate(n, lambda: check(p.map(noop, xs), n))
def map_objects(p, n, **_): xs = objects(n); return rate(n, lambda: check(p.map(noop, xs), n))
def unordered(p, n, chunk=100, **_): xs = ints(n); return rate(n, lambda: check(list(p.imap_unordered(noop, xs, chunk)), n))
def round_trip(p, n, **_):
    ts = []
    for i in range(n):
        t = T(); p.apply(noop, (i,)); ts.append((T() - t) * 1e6)
    ts.sort(); return {"p50": ts[n // 2], "p99": ts[n * 99 // 100]}
def milliseconds(p, n, workers, **_):
    t = T(); p.map(spin, [1] * n, 1); return {"ideal": n / workers / ((T() - t) * 1e3)}
def rows(p, n, **_):
    xs = objects(n); t = T(); back = p.apply(noop, (xs,)); dt = (T() - t) * 1e3
    assert back == xs; return {"ms": dt}
def buffer(p, n, times=1, **_):
    b = os.urandom(n); t = T()
    for _ in range(times): back = p.apply(noop, (b,))
    dt = (T() - t) * 1e3 / times; assert back == b; return {"ms": dt}

CASES = {"burst": burst, "map-ints": map_ints, "map-objects": map_objects, "unordered": unordered, "round-trip": round_trip,
         "milliseconds": milliseconds, "rows": rows, "buffer": buffer}

def start(workers):
    t = T(); p = mp.Pool(workers); p.apply(noop, (1,)); first = (T() - t) * 1e3
    p.terminate(); return {"first": first, "all": first}

def main():
    workers = int(sys.argv[1]); pool = None
    for line in sys.stdin:
        q = json.loads(line); case = q.pop("case")
        try:
            if case == "start": a = start(workers)
            else:
                if pool is None: pool = mp.Pool(workers); pool.map(noop, range(200))
                a = CASES[case](pool, workers=workers, **q)
        except Exception as e: a = {"error": "%s: %s" % (type(e).__name__, e)}
        print(json.dumps(a), flush=True)
    if pool: pool.terminate()

if __name__ == "__main__": main()
