-- What lies beside an event, which names it by its hash. It can be left out of a copy, and the chain of events holds all the same.
CREATE TABLE aside (
    event      BLOB PRIMARY KEY REFERENCES event (id),
    bytes      BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- How to reach a team's people, to be taken over into its next records.
CREATE TABLE contact (
    team       TEXT NOT NULL,
    label      TEXT NOT NULL,
    text       TEXT NOT NULL,
    PRIMARY KEY (team, label)
) STRICT, WITHOUT ROWID;
