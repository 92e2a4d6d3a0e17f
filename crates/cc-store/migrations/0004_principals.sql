-- Whose row it is: a client's row shows nothing to a user of the same guid, and the other way round. Rows of clients of the built-in
-- login server are known; elsewhere guids of users are UUIDs, and ids of clients are mostly not.
ALTER TABLE users ADD COLUMN is_client BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE users SET is_client = TRUE
WHERE guid NOT IN (SELECT guid FROM accounts_users)
  AND (guid IN (SELECT client_id FROM accounts_clients) OR guid NOT LIKE '________-____-____-____-____________');
