-- revision_guid: what the process was last started with; outlives the revision. revisions.commands is a JSON list of pairs in the order
-- of the processes, custom command or null.
ALTER TABLE processes ADD COLUMN revision_guid TEXT;

-- Names are ordered as they are compared, without case.
DROP INDEX organizations_name_id_idx;
DROP INDEX spaces_name_id_idx;
DROP INDEX apps_name_id_idx;
DROP INDEX apps_name_key_idx;
CREATE INDEX organizations_name_key_id_idx ON organizations (name_key, id);
CREATE INDEX spaces_name_key_id_idx ON spaces (name_key, id);
CREATE INDEX apps_name_key_id_idx ON apps (name_key, id);
