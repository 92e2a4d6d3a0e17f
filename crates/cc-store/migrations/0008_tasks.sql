-- The number that the next task of an app gets.
ALTER TABLE apps ADD COLUMN next_task BIGINT NOT NULL DEFAULT 1;

-- droplet_guid: the droplet may be gone.
CREATE TABLE tasks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guid TEXT NOT NULL,
    app_id BIGINT NOT NULL REFERENCES apps (id),
    sequence_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    command TEXT NOT NULL,
    run_as TEXT,
    state TEXT NOT NULL,
    memory_mb INTEGER NOT NULL,
    disk_mb INTEGER NOT NULL,
    log_rate_limit BIGINT NOT NULL,
    failure_reason TEXT,
    droplet_guid TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX tasks_guid_key ON tasks (guid);
CREATE UNIQUE INDEX tasks_app_id_sequence_id_key ON tasks (app_id, sequence_id);
CREATE INDEX tasks_created_at_id_idx ON tasks (created_at, id);
CREATE INDEX tasks_updated_at_id_idx ON tasks (updated_at, id);
CREATE INDEX tasks_app_id_created_at_id_idx ON tasks (app_id, created_at, id);
CREATE INDEX tasks_state_guid_idx ON tasks (state, guid);
CREATE INDEX tasks_name_key_idx ON tasks (name_key);
