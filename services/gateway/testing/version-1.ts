// The database of version 0.1.0.

/** The tables of version 1 that version 2 changes, with a proven phone number whose write is due. */
export const version1 = `
  CREATE TABLE challenges (
    oid TEXT NOT NULL, id TEXT NOT NULL, number TEXT, number_mark TEXT NOT NULL, masked TEXT NOT NULL,
    type TEXT NOT NULL, purpose TEXT NOT NULL, state TEXT NOT NULL, send INTEGER NOT NULL, tries_left INTEGER NOT NULL,
    created_at INTEGER NOT NULL, error TEXT, error_at INTEGER, sms_sign_in TEXT,
    PRIMARY KEY (oid, id)
  ) STRICT;
  CREATE TABLE journal (
    oid TEXT NOT NULL, id TEXT NOT NULL, step TEXT NOT NULL, started_at INTEGER NOT NULL, tries INTEGER NOT NULL,
    next_try_at INTEGER NOT NULL, written_at INTEGER, writes INTEGER NOT NULL, refusal TEXT, notify TEXT,
    PRIMARY KEY (oid, id)
  ) STRICT;
  CREATE TABLE sends (
    oid TEXT NOT NULL, id TEXT NOT NULL, send INTEGER NOT NULL, at INTEGER NOT NULL, number_mark TEXT NOT NULL,
    address_mark TEXT, calling_code TEXT NOT NULL, code_hash BLOB, delivery TEXT NOT NULL,
    PRIMARY KEY (oid, id, send)
  ) STRICT;
  INSERT INTO sends VALUES ('o', 'i', 1, 1000, 'mark', 'address', '44', NULL, 'accepted');
  INSERT INTO challenges VALUES
    ('o', 'i', '+44 7700900101', 'mark', '+44 •••• 101', 'mobile', 'change', 'writing', 1, 5, 1000, NULL, NULL, NULL);
  INSERT INTO journal VALUES ('o', 'i', 'write', 1000, 2, 3000, NULL, 0, NULL, '+44 7700900109');
  PRAGMA user_version = 1;
`;
