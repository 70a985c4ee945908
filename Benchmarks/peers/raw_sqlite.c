// The ceiling: the same rows into SQLite and nothing else. WAL, synchronous=FULL, one prepared
// statement, a commit per batch.
// usage: raw_sqlite DATABASE [ROWS] [BATCH] [CACHE_KIB]      DATABASE must not exist yet
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *schema =
    "CREATE TABLE event ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " timestamp INTEGER NOT NULL,"
    " received INTEGER NOT NULL,"
    " service INTEGER NOT NULL,"
    " name INTEGER NOT NULL,"
    " origin INTEGER NOT NULL,"
    " storageKey INTEGER NOT NULL,"
    " registration TEXT NOT NULL,"
    " instance TEXT NOT NULL,"
    " metadata TEXT NOT NULL,"
    " ordinal INTEGER NOT NULL"
    ");"
    "CREATE UNIQUE INDEX eventByIdentity ON event"
    " (timestamp, service, name, origin, registration, instance, metadata, ordinal);"
    "CREATE INDEX eventByService ON event (service, timestamp);";

static const char *insert =
    "INSERT OR IGNORE INTO event (timestamp, received, service, name, origin, storageKey,"
    " registration, instance, metadata, ordinal) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)";

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

int main(int argc, char **argv) {
  if (argc < 2) {
    fprintf(stderr, "usage: raw_sqlite DATABASE [ROWS] [BATCH] [CACHE_KIB]\n");
    return 2;
  }
  const long rows = argc > 2 ? atol(argv[2]) : 200000;
  const long batch = argc > 3 ? atol(argv[3]) : 1000;
  const long cache = argc > 4 ? atol(argv[4]) : 65536;
  if (rows <= 0 || batch <= 0 || cache <= 0) {
    fprintf(stderr, "raw_sqlite: ROWS, BATCH and CACHE_KIB are numbers above 0\n");
    return 2;
  }
  if (access(argv[1], F_OK) == 0) {
    fprintf(stderr, "raw_sqlite: %s exists; each run needs a new file\n", argv[1]);
    return 2;
  }

  check(sqlite3_open(argv[1], &database), "open");
  run("PRAGMA journal_mode=WAL");
  run("PRAGMA synchronous=FULL");
  char pragma[64];
  snprintf(pragma, sizeof pragma, "PRAGMA cache_size=-%ld", cache);
  run(pragma);
  run(schema);

  sqlite3_stmt *statement;
  check(sqlite3_prepare_v2(database, insert, -1, &statement, NULL), "prepare");

  // About 400 bytes in the browser's own JSON, 250 of them metadata.
  static char payload[200];
  memset(payload, 'x', sizeof payload - 1);
  char instance[64], metadata[320];
  const int64_t base = 1795356129837642;

  const double started = now();
  for (long row = 0; row < rows; row++) {
    if (row % batch == 0) run("BEGIN IMMEDIATE");
    const int instanceLength =
        snprintf(instance, sizeof instance, "0:%lld%%6d1a9c2f", (long long)(base + row / 2));
    const int metadataLength =
        snprintf(metadata, sizeof metadata, "[[\"Payload\",\"%s%ld\"],[\"Success\",\"Yes\"]]",
                 payload, row);
    sqlite3_bind_int64(statement, 1, base + row * 417);
    sqlite3_bind_int64(statement, 2, base + row * 417 + 300);
    sqlite3_bind_int64(statement, 3, row % 6);
    sqlite3_bind_int64(statement, 4, row % 18);
    sqlite3_bind_int64(statement, 5, 1);
    sqlite3_bind_int64(statement, 6, 1);
    sqlite3_bind_text(statement, 7, "0", 1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 8, instance, instanceLength, SQLITE_STATIC);
    sqlite3_bind_text(statement, 9, metadata, metadataLength, SQLITE_STATIC);
    check(sqlite3_step(statement), "insert");
    sqlite3_reset(statement);
    if (row % batch == batch - 1 || row == rows - 1) run("COMMIT");
  }
  const double seconds = now() - started;

  sqlite3_finalize(statement);
  check(sqlite3_close(database), "close");
  printf("{\"rows\":%ld,\"batch\":%ld,\"seconds\":%.6f,\"perSecond\":%.1f,\"sqlite\":\"%s\"}\n", rows,
         batch, seconds, (double)rows / seconds, sqlite3_libversion());
  return 0;
}
