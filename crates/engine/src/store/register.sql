-- The register is made from the events, and can be dropped and made again.
DROP TABLE summary;

-- What is filtered by and counted, one narrow row a record. Times in milliseconds since 1970 (UTC).
CREATE TABLE register (
    number         INTEGER PRIMARY KEY,
    record         TEXT NOT NULL UNIQUE REFERENCES record (id),
    status         TEXT NOT NULL,
    outcome        TEXT,
    rehearsal      INTEGER NOT NULL,
    service        TEXT NOT NULL,
    started        INTEGER NOT NULL,
    deployed       INTEGER,
    closed         INTEGER,
    deviations     INTEGER NOT NULL,
    late_rounds    INTEGER NOT NULL,
    waiting_probes INTEGER NOT NULL
) STRICT;

CREATE INDEX register_of_status ON register (status, number);

-- What is shown of it, as JSON.
CREATE TABLE register_line (
    number     INTEGER PRIMARY KEY,
    json       TEXT NOT NULL
) STRICT;

-- What is searched for.
CREATE VIRTUAL TABLE register_words USING fts5 (
    words, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);

-- Up to which event the register was made, and by which version of the program.
CREATE TABLE register_made (
    app        TEXT NOT NULL,
    seq        INTEGER NOT NULL
) STRICT;
