-- What people corrected in the reading of a checklist, as JSON, with the file that it is about.
CREATE TABLE correction (
    sha256      BLOB PRIMARY KEY CHECK (length(sha256) = 32),
    name        TEXT NOT NULL,
    title       TEXT NOT NULL,
    bytes       BLOB NOT NULL,
    corrections TEXT NOT NULL,
    changed_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
