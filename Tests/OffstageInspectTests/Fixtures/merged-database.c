/* Writes the fixture `merged-database` by LevelDB itself:
     cc merged-database.c -lleveldb -o make && ./make merged-database
   Its tables are packed by Snappy, merged over several levels and hold keys that were overwritten
   or deleted later; the last changes are in the log alone. DatabaseTests reckons what it holds. */
#include <leveldb/c.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static leveldb_t *db;
static leveldb_writeoptions_t *writing;
static char *error;

static void check(void) {
  if (error) { fprintf(stderr, "%s\n", error); exit(1); }
}

static void put(int number, int round) {
  char key[32], value[256];
  int length = snprintf(key, sizeof key, "key-%05d", number);
  int size = snprintf(value, sizeof value, "value %d of round %d: %s", number, round,
                      "again and again and again and again and again and again");
  leveldb_put(db, writing, key, length, value, size, &error);
  check();
}

static void delete(int number) {
  char key[32];
  int length = snprintf(key, sizeof key, "key-%05d", number);
  leveldb_delete(db, writing, key, length, &error);
  check();
}

int main(int count, char **arguments) {
  leveldb_options_t *options = leveldb_options_create();
  leveldb_options_set_create_if_missing(options, 1);
  leveldb_options_set_compression(options, leveldb_snappy_compression);
  leveldb_options_set_write_buffer_size(options, 65536);
  db = leveldb_open(options, arguments[count - 1], &error);
  check();
  writing = leveldb_writeoptions_create();
  for (int number = 0; number < 3000; number++) put(number, 1);
  for (int number = 0; number < 3000; number += 2) put(number, 2);
  for (int number = 0; number < 3000; number += 3) delete(number);
  leveldb_compact_range(db, "key-00000", 9, "key-01500", 9);
  for (int number = 0; number < 300; number += 6) put(number, 3);
  for (int number = 1; number < 300; number += 5) delete(number);
  leveldb_close(db);
  return 0;
}
