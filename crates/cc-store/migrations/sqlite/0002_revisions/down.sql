DROP INDEX apps_name_key_id_idx;
DROP INDEX spaces_name_key_id_idx;
DROP INDEX organizations_name_key_id_idx;
CREATE INDEX apps_name_key_idx ON apps (name_key);
CREATE INDEX apps_name_id_idx ON apps (name, id);
CREATE INDEX spaces_name_id_idx ON spaces (name, id);
CREATE INDEX organizations_name_id_idx ON organizations (name, id);
ALTER TABLE processes DROP COLUMN revision_guid;
