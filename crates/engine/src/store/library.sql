-- What is known of a kept checklist besides its file: where that lay, and whether it is a draft or released.
CREATE TABLE library (
    sha256     BLOB PRIMARY KEY CHECK (length(sha256) = 32),
    path       TEXT,
    state      TEXT CHECK (state IN ('draft', 'released'))
) STRICT, WITHOUT ROWID;
