/// Where triggers lie. Their events say whose they are (`event.trigger`).
enum TriggerTable {
  static let schema = """
    CREATE TABLE trigger (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      source INTEGER NOT NULL REFERENCES source(id),
      asked_by TEXT NOT NULL,
      -- JSON.
      action TEXT NOT NULL,
      patience INTEGER NOT NULL,
      -- Which, together with the source, is what it is known by elsewhere.
      asked INTEGER NOT NULL,
      taken INTEGER,
      ended INTEGER,
      verdict TEXT,
      reason TEXT,
      hint TEXT,
      UNIQUE (source, asked)
    ) STRICT;
    CREATE INDEX trigger_waiting ON trigger (source) WHERE taken IS NULL AND ended IS NULL;
    CREATE INDEX event_of_trigger ON event (trigger) WHERE trigger IS NOT NULL;
    """

  /// In the order of `StoredTrigger.init(_:)`.
  static let columns = """
    trigger.id, source.uuid, source.name, asked_by, action, patience, asked, taken, ended, verdict,
    reason, hint
    """
}
