import { APPLICATION_ID, FORMAT_VERSION } from '../format.ts'

/**
 * Layout of the file, made for people too (`sqlite3 words.db 'select key, value from items'`).
 *
 * - `items` is only appended to while a run goes on, in rows that hold all there is to know of an item: SQLite then
 *   fills page after page, and a damaged file keeps every row of its intact pages (salvage.ts).
 * - `keys` is what planning needs: resuming reads this and never the values. Its primary key is what makes sure that
 *   an item is recorded once. It can be made anew from `items`.
 * - `attempts` holds the attempts that failed, also those that were tried again and succeeded.
 *
 * Pages of 8 KiB: with results of 1 kB, pages of 4 KiB leave a fourth of the file empty, and larger ones cost more in
 * each commit.
 */
export const PAGE_SIZE = 8192

/** Columns of `items`, in order; salvage.ts finds rows in a damaged file by their number and kinds. */
export const ITEM_COLUMNS = [
  'key',
  'status',
  'value',
  'error',
  'fingerprint',
  'version',
  'attempts',
  'started_at',
  'duration_us',
  'worker',
  'pid',
] as const

export const SCHEMA = `
CREATE TABLE items(
  seq INTEGER PRIMARY KEY,
  key TEXT NOT NULL,
  status TEXT NOT NULL,   -- 'done' or 'failed'
  value TEXT,             -- JSON; what JSON cannot say is {"$mh": kind, "value": ...}
  error TEXT,             -- JSON
  fingerprint TEXT,       -- of a file: size and modification time
  version INTEGER,        -- which version of the task's code made it: meta.versions[version - 1]
  attempts INTEGER,
  started_at INTEGER,     -- ms since 1970
  duration_us INTEGER,
  worker TEXT,
  pid INTEGER
);
CREATE TABLE keys(
  key TEXT PRIMARY KEY,
  status TEXT NOT NULL,
  fingerprint TEXT,
  version INTEGER,
  seq INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX keys_failed ON keys(key) WHERE status = 'failed';
CREATE TABLE attempts(
  seq INTEGER PRIMARY KEY,
  key TEXT NOT NULL,
  attempt INTEGER,
  started_at INTEGER,
  duration_us INTEGER,
  worker TEXT,
  pid INTEGER,
  error TEXT
);
CREATE INDEX attempts_key ON attempts(key);
CREATE TABLE runs(
  seq INTEGER PRIMARY KEY,
  pid INTEGER,
  started_at INTEGER,
  total INTEGER,
  ended_at INTEGER,
  ended TEXT
);
CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
PRAGMA application_id = ${APPLICATION_ID};
PRAGMA user_version = ${FORMAT_VERSION};
`

/**
 * How the writer's connection works. Measured on 100 000 results of 1 kB (bytes written / bytes of results):
 *
 * | commit of | WAL, 4 KiB pages | rollback journal, 4 KiB | rollback journal, 8 KiB |
 * |---|---|---|---|
 * | 10 results | 4.8 | 5.4 | - |
 * | 100 | 3.1 | 2.0 | 2.3 |
 * | 1 000 | 2.8 | 1.5 | 1.3 |
 *
 * A write-ahead log writes every page twice: into the log, and into the file at a checkpoint. A rollback journal holds
 * the old content of changed pages, and a run appends: new pages have no old content. So it is the journal, with
 * commits that grow with the load (writer/recorder.ts). Its price: a commit waits for readers that are inside a read.
 * Ours read in short pages; another program that holds a read open makes the writer try again, which it then says.
 *
 * TRUNCATE, because it leaves nothing behind and does not make and remove a file at each commit. FULL, because the
 * third sync costs the writer's thread only. Both survive SIGKILL in any case: that is the operating system's memory.
 */
export const WRITER_PRAGMAS = `
PRAGMA journal_mode = TRUNCATE;
PRAGMA synchronous = FULL;
PRAGMA cache_size = -8000;
PRAGMA busy_timeout = 100;
`
