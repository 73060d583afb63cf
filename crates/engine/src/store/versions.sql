-- The checklist that each record began from, made from the events as the register is.
CREATE TABLE register_checklist (
    number     INTEGER PRIMARY KEY,
    name       TEXT NOT NULL,
    title      TEXT NOT NULL,
    sha256     BLOB NOT NULL CHECK (length(sha256) = 32)
) STRICT;

CREATE INDEX register_checklist_of_name ON register_checklist (name, number);
CREATE INDEX register_checklist_of_title ON register_checklist (title, number);

-- The register is made anew, with this.
DELETE FROM register_made;
