-- Signatures seen, for as long as their age alone would not refuse them.
CREATE TABLE nonces (
    keyid     TEXT    NOT NULL,
    nonce     TEXT    NOT NULL,
    created_s INTEGER NOT NULL,
    PRIMARY KEY (keyid, nonce)
) STRICT, WITHOUT ROWID;
