// The ceiling of the store: the rows of a store that Offstage has written, once more into an empty
// file of the same schema, and nothing else. WAL, synchronous=FULL, one prepared statement, a
// commit per batch, the cache and checkpoint settings of Sources/OffstageStore/SQLiteEventStore.swift.
// usage: raw_sqlite STORE DATABASE BATCH      DATABASE must not exist yet
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { columns = 17 };

// As in Sources/OffstageStore/StoreWriter.swift.
static const char *insert =
    "INSERT INTO event (timestamp, place, digest, source, ordinal, received, capture, replayed,"
    " observation, name, registration, instance, metadata, digits, scale, number, extra)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)"
    " ON CONFLICT (timestamp, place, digest, source, ordinal) DO UPDATE SET replayed = 1"
    " WHERE replayed = 0 AND excluded.replayed = 1";

static const char *select_rows =
    "SELECT timestamp, place, digest, source, ordinal, received, capture, replayed, observation,"
    " name, registration, instance, metadata, digits, scale, number, extra FROM event ORDER BY id";

typedef struct {
  sqlite3_value *values[columns];
} Row;

static sqlite3 *database;

static void check(int code, const char *what) {
  if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW) return;
  fprintf(stderr, "raw_sqlite: %s: %s\n", what, sqlite3_errmsg(database));
  exit(1);
}

static void run(const char *sql) { check(sqlite3_exec(database, sql, NULL, NULL, NULL), sql); }

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static sqlite3_stmt *prepare(sqlite3 *in, const char *sql) {
  sqlite3_stmt *statement;
  if (sqlite3_prepare_v2(in, sql, -1, &statement, NULL) == SQLITE_OK) return statement;
  fprintf(stderr, "raw_sqlite: %s: %s\n", sql, sqlite3_errmsg(in));
  exit(1);
}

static Row *load(sqlite3 *store, long *count) {
  long capacity = 1 << 16;
  Row *rows = malloc((size_t)capacity * sizeof *rows);
  sqlite3_stmt *select = prepare(store, select_rows);
  for (*count = 0; sqlite3_step(select) == SQLITE_ROW; (*count)++) {
    if (*count == capacity) rows = realloc(rows, (size_t)(capacity *= 2) * sizeof *rows);
    if (!rows) exit(1);
    for (int i = 0; i < columns; i++)
      rows[*count].values[i] = sqlite3_value_dup(sqlite3_column_value(select, i));
  }
  sqlite3_finalize(select);
  return rows;
}

int main(int argc, char **argv) {
  if (argc != 4 || atol(argv[3]) <= 0) {
    fprintf(stderr, "usage: raw_sqlite STORE DATABASE BATCH\n");
    return 2;
  }
  const long batch = atol(argv[3]);
  if (access(argv[2], F_OK) == 0) {
    fprintf(stderr, "raw_sqlite: %s exists; each run needs a new file\n", argv[2]);
    return 2;
  }
  sqlite3 *store;
  if (sqlite3_open_v2(argv[1], &store, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) {
    fprintf(stderr, "raw_sqlite: %s: %s\n", argv[1], sqlite3_errmsg(store));
    return 1;
  }
  check(sqlite3_open(argv[2], &database), "open");
  run("PRAGMA journal_mode = WAL");
  run("PRAGMA synchronous = FULL");
  run("PRAGMA cache_size = -24576");
  run("PRAGMA wal_autocheckpoint = 8192");
  run("PRAGMA journal_size_limit = 67108864");
  sqlite3_stmt *schema = prepare(
      store, "SELECT sql FROM sqlite_master WHERE tbl_name = 'event' AND sql IS NOT NULL"
             " ORDER BY type = 'index'");
  while (sqlite3_step(schema) == SQLITE_ROW) run((const char *)sqlite3_column_text(schema, 0));
  sqlite3_finalize(schema);
  long count;
  Row *rows = load(store, &count);
  sqlite3_close(store);

  sqlite3_stmt *statement = prepare(database, insert);
  const double started = now();
  for (long row = 0; row < count; row++) {
    if (row % batch == 0) run("BEGIN IMMEDIATE");
    for (int i = 0; i < columns; i++) sqlite3_bind_value(statement, i + 1, rows[row].values[i]);
    check(sqlite3_step(statement), "insert");
    sqlite3_reset(statement);
    if (row % batch == batch - 1 || row == count - 1) run("COMMIT");
  }
  const double seconds = now() - started;

  sqlite3_finalize(statement);
  check(sqlite3_close(database), "close");
  printf("{\"rows\":%ld,\"batch\":%ld,\"seconds\":%.6f,\"perSecond\":%.1f,\"sqlite\":\"%s\"}\n",
         count, batch, seconds, (double)count / seconds, sqlite3_libversion());
  return 0;
}
