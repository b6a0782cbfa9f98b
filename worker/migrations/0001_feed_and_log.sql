-- The takedown feed: lines as they were signed, by serial.
CREATE TABLE takedowns (serial INTEGER PRIMARY KEY, hash TEXT NOT NULL, line TEXT NOT NULL);
-- The log: published receipts by place, without gaps; id is the leaf's hash.
CREATE TABLE receipts (place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, content TEXT NOT NULL);
-- Complete subtrees above the leaves. They follow from the receipts and may be deleted.
CREATE TABLE nodes (level INTEGER NOT NULL, place INTEGER NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (level, place)) WITHOUT ROWID;
