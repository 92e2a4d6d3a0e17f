-- Texts that may hold a password are sealed from here on: apps.buildpacks, builds.buildpacks, jobs.payload. What is there is sealed by the
-- program in the same step, and nothing of it stays in the space that becomes free.
-- only sqlite
PRAGMA secure_delete = on;
