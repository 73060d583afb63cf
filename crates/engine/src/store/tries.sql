-- Every passphrase that was tried on a key after a wrong one, and that one; never the passphrase itself.
CREATE TABLE key_try (
    seq        INTEGER PRIMARY KEY,
    key        TEXT NOT NULL,
    at         INTEGER NOT NULL,
    opened     INTEGER NOT NULL CHECK (opened IN (0, 1))
) STRICT;
CREATE INDEX key_try_of_key ON key_try (key, seq);
CREATE TRIGGER key_try_stays BEFORE UPDATE ON key_try BEGIN SELECT raise(ABORT, 'what was tried stays'); END;
CREATE TRIGGER key_try_is_kept BEFORE DELETE ON key_try BEGIN SELECT raise(ABORT, 'what was tried stays'); END;
