internal import GRDB

/// The shape of the database, as a chain of migrations that is only ever added to.
enum Schema {
  /// "Offs": tells an Offstage store from any other SQLite file.
  static let applicationID: Int32 = 0x4F66_6673

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 record") { db in
      try db.execute(sql: record)
      try db.execute(sql: "PRAGMA application_id = \(applicationID)")
    }
    migrator.registerMigration("2 counts") { db in
      try db.execute(sql: MinuteCount.schema)
      try MinuteCount.rebuild(db)
    }
    migrator.registerMigration("3 import") { db in
      // The event as the file it came from has it, where that differs from what is printed of it.
      try db.execute(sql: "ALTER TABLE event ADD COLUMN written TEXT")
    }
    migrator.registerMigration("4 operations") { db in
      try db.execute(sql: OperationTable.schema)
    }
    migrator.registerMigration("5 search") { db in
      try db.execute(sql: EventBlock.schema)
      try EventBlock.rebuild(db, size: SearchShape.blockSize(granule: SearchShape.granule))
    }
    migrator.registerMigration("6 leaner operations") { db in
      try OperationTable.makeLeaner(db)
      try OperationRebuild.runIfNever(db)
    }
    migrator.registerMigration("7 triggers") { db in
      try db.execute(sql: TriggerTable.schema)
    }
    migrator.registerMigration("8 states") { db in
      try db.execute(sql: OperationTable.recency)
    }
    migrator.registerMigration("9 workers in time") { db in
      try db.execute(sql: "CREATE INDEX worker_moment ON worker (at)")
    }
    migrator.registerMigration("10 notifications") { db in
      try db.execute(sql: NotificationTable.schema)
    }
    migrator.registerMigration("11 notifications in time") { db in
      try db.execute(sql: "CREATE INDEX notification_moment ON notification (at)")
    }
    migrator.registerMigration("12 push service") { db in
      try db.execute(sql: PushTable.schema)
    }
    migrator.registerMigration("13 push to Firefox") { db in
      try db.execute(sql: PushTable.firefox)
    }
    migrator.registerMigration("14 pushes of files, and faults") { db in
      try db.execute(sql: PushTable.moreSchema)
    }
    return migrator
  }

  /// Times are microseconds since 1970 UTC. Text that repeats is stored once, in `text`.
  private static let record = """
    CREATE TABLE text (
      id INTEGER PRIMARY KEY,
      value TEXT NOT NULL UNIQUE
    ) STRICT;

    CREATE TABLE source (
      id INTEGER PRIMARY KEY,
      uuid TEXT NOT NULL UNIQUE,
      kind TEXT NOT NULL,
      name TEXT NOT NULL,
      -- A profile's real paths, or an off-the-record context's browser run and context id.
      place_root TEXT,
      place_part TEXT,
      browser TEXT,
      -- How long events stay; NULL for good.
      keep INTEGER,
      created INTEGER NOT NULL,
      UNIQUE (kind, place_root, place_part)
    ) STRICT;

    -- What belongs to a source and a service: counts, wishes, the lease, the marks of removal.
    CREATE TABLE service_state (
      source INTEGER NOT NULL REFERENCES source(id),
      service INTEGER NOT NULL,
      events INTEGER NOT NULL DEFAULT 0,
      -- How many events the browser's log is known to hold: a replay that lacks them shows a wipe.
      replayed INTEGER NOT NULL DEFAULT 0,
      wanted INTEGER,
      wanted_by TEXT,
      wish_revision INTEGER NOT NULL DEFAULT 0,
      is_recording INTEGER,
      renewed INTEGER,
      renewal_settled INTEGER NOT NULL DEFAULT 0,
      seen_until INTEGER,
      horizon INTEGER,
      suppressed INTEGER NOT NULL DEFAULT 0,
      replay_events INTEGER,
      replay_duration INTEGER,
      replay_ended INTEGER,
      PRIMARY KEY (source, service)
    ) STRICT, WITHOUT ROWID;

    -- Cleared from since up to: of one origin, or of all where origin is 0.
    CREATE TABLE cleared (
      source INTEGER NOT NULL REFERENCES source(id),
      service INTEGER NOT NULL,
      origin INTEGER NOT NULL,
      since INTEGER NOT NULL,
      up_to INTEGER NOT NULL,
      PRIMARY KEY (source, service, origin, since)
    ) STRICT, WITHOUT ROWID;

    -- A worker registration as events name it; its scope once the browser has told it.
    CREATE TABLE registration (
      id INTEGER PRIMARY KEY,
      source INTEGER NOT NULL REFERENCES source(id),
      origin INTEGER NOT NULL REFERENCES text(id),
      -- 0: the event had none.
      storage_key INTEGER NOT NULL,
      number TEXT NOT NULL,
      scope TEXT,
      script TEXT,
      UNIQUE (source, number, origin, storage_key, scope)
    ) STRICT;

    -- The scopes that the browser told, whether or not an event has come of them.
    CREATE TABLE scope (
      source INTEGER NOT NULL REFERENCES source(id),
      number TEXT NOT NULL,
      scope TEXT NOT NULL,
      script TEXT,
      is_deleted INTEGER NOT NULL,
      seen INTEGER NOT NULL,
      PRIMARY KEY (source, number)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE observation (
      id INTEGER PRIMARY KEY,
      source INTEGER NOT NULL REFERENCES source(id),
      service INTEGER NOT NULL,
      browser TEXT NOT NULL,
      transport TEXT NOT NULL,
      began INTEGER NOT NULL,
      replay_ended INTEGER,
      replay_events INTEGER,
      ended INTEGER
    ) STRICT;

    CREATE TABLE event (
      -- The order of arrival.
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      -- The order of time, which is the identity too.
      timestamp INTEGER NOT NULL,
      place INTEGER NOT NULL,
      digest INTEGER NOT NULL,
      source INTEGER NOT NULL,
      ordinal INTEGER NOT NULL,
      received INTEGER NOT NULL,
      capture INTEGER NOT NULL,
      replayed INTEGER NOT NULL,
      observation INTEGER,
      name INTEGER NOT NULL,
      registration INTEGER NOT NULL,
      instance TEXT NOT NULL,
      metadata TEXT NOT NULL,
      -- The browser's own seconds as it wrote them: digits, and how many of them follow the point;
      -- or their text, where that is no plain decimal.
      digits INTEGER,
      scale INTEGER,
      number TEXT,
      extra TEXT,
      trigger INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX event_time ON event (timestamp, place, digest, source, ordinal);

    CREATE TABLE gap (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      source INTEGER NOT NULL REFERENCES source(id),
      service INTEGER NOT NULL,
      began INTEGER NOT NULL,
      ended INTEGER,
      reason TEXT NOT NULL,
      browser_ran TEXT NOT NULL
    ) STRICT;
    CREATE INDEX gap_source ON gap (source, service, began);

    CREATE TABLE worker (
      id INTEGER PRIMARY KEY,
      source INTEGER NOT NULL REFERENCES source(id),
      number TEXT NOT NULL,
      at INTEGER NOT NULL,
      kind INTEGER NOT NULL,
      version TEXT NOT NULL,
      script TEXT,
      message TEXT NOT NULL,
      running_status TEXT,
      line INTEGER,
      column INTEGER
    ) STRICT;
    CREATE INDEX worker_time ON worker (source, number, at);

    -- What one process asks of the recorder that holds a source.
    CREATE TABLE request (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      source INTEGER NOT NULL REFERENCES source(id),
      service INTEGER NOT NULL,
      kind TEXT NOT NULL,
      asked INTEGER NOT NULL,
      answered INTEGER,
      failure TEXT
    ) STRICT;
    """
}
