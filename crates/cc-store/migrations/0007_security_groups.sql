-- What the containers of spaces may reach. rules: JSON list. Case counts in names.
CREATE TABLE security_groups (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guid TEXT NOT NULL,
    name TEXT NOT NULL,
    rules TEXT NOT NULL,
    is_enabled_running BOOLEAN NOT NULL,
    is_enabled_staging BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX security_groups_guid_key ON security_groups (guid);
CREATE UNIQUE INDEX security_groups_name_key ON security_groups (name);
CREATE INDEX security_groups_created_at_id_idx ON security_groups (created_at, id);
CREATE INDEX security_groups_updated_at_id_idx ON security_groups (updated_at, id);

-- Spaces keep the order in which they were bound. phase: running or staging.
CREATE TABLE security_group_spaces (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    security_group_id BIGINT NOT NULL REFERENCES security_groups (id),
    space_id BIGINT NOT NULL REFERENCES spaces (id),
    phase TEXT NOT NULL
);
CREATE UNIQUE INDEX security_group_spaces_security_group_id_phase_space_id_key
    ON security_group_spaces (security_group_id, phase, space_id);
CREATE INDEX security_group_spaces_space_id_phase_idx ON security_group_spaces (space_id, phase);
