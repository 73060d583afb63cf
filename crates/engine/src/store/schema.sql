-- The truth: one row an event, in the order in which they were committed. Never changed, never deleted.
CREATE TABLE record (
    id         TEXT PRIMARY KEY,
    number     INTEGER NOT NULL UNIQUE
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
    seq        INTEGER PRIMARY KEY,
    record     TEXT NOT NULL REFERENCES record (id),
    id         BLOB NOT NULL UNIQUE CHECK (length(id) = 32),
    bytes      BLOB NOT NULL,
    signature  BLOB NOT NULL
) STRICT;

CREATE INDEX event_of_record ON event (record, seq);

CREATE TRIGGER event_stays BEFORE UPDATE ON event BEGIN
    SELECT RAISE(ABORT, 'events are never changed');
END;
CREATE TRIGGER event_is_kept BEFORE DELETE ON event BEGIN
    SELECT RAISE(ABORT, 'events are never deleted');
END;
CREATE TRIGGER record_stays BEFORE UPDATE ON record BEGIN
    SELECT RAISE(ABORT, 'records are never changed');
END;
CREATE TRIGGER record_is_kept BEFORE DELETE ON record BEGIN
    SELECT RAISE(ABORT, 'records are never deleted');
END;

-- What follows can be dropped and made again.

-- Summaries for lists, as JSON, made from the events up to `seq`.
CREATE TABLE summary (
    record     TEXT PRIMARY KEY REFERENCES record (id),
    seq        INTEGER NOT NULL,
    json       TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The newest revision of a record's report: the file's hash in the file store.
CREATE TABLE report (
    record     TEXT PRIMARY KEY REFERENCES record (id),
    base       BLOB NOT NULL,
    current    BLOB NOT NULL,
    pages      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Checklists that were kept.
CREATE TABLE checklist (
    sha256     BLOB PRIMARY KEY CHECK (length(sha256) = 32),
    name       TEXT NOT NULL,
    bytes      BLOB NOT NULL,
    added_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
    name       TEXT PRIMARY KEY,
    value      TEXT NOT NULL
) STRICT, WITHOUT ROWID;
