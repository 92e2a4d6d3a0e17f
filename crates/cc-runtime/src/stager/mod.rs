//! Builds: each is a one-shot container that runs the lifecycle program `stage`.
//!
//! # Contract with the programs that run inside a container (`lifecycle::main`)
//!
//! The server's own binary is inside every container, read-only. Its path is in the variable `CF_LIFECYCLE`:
//! `/.cf/lifecycle`, or a real path ending in `/lifecycle` in the tier without a file system of its own. Called by a
//! name whose last part is `lifecycle` it is the multi-call program (`"$CF_LIFECYCLE" static`), else the words come
//! after `__lifecycle`. In that tier `/home/vcap` and `/tmp` are real paths elsewhere; a program never hard-codes
//! them: **`/home/vcap` is the directory it is started in, `/tmp` is `$TMPDIR` as it was at its start**.
//!
//! `stage`, environment §5.4 plus `CF_LIFECYCLE`, `TMPDIR`, cwd as above, stdin empty:
//! ```text
//! stage --package $TMPDIR/package.zip --buildpacks-dir $TMPDIR/buildpacks --buildpack KEY[:NAME]… [--skip-detect]
//!       --cache-in $TMPDIR/cache-in.tgz --droplet $TMPDIR/droplet.tgz --cache-out $TMPDIR/output-cache.tgz
//!       --result $TMPDIR/result.json
//! ```
//! * `KEY` is a guid, `builtin:<name>` (as in `builtin:staticfile`) or a URL. The name follows the **last** `:`
//!   only for a guid (36 characters) and for `builtin:<name>:<NAME>`; a URL carries none.
//! * The archive of an uploaded buildpack is `<buildpacks-dir>/<i>.zip`, `i` its 0-based place among the
//!   `--buildpack` arguments; built-in ones and URLs have no file. `stage` unpacks it where it likes below `$TMPDIR`.
//! * `--cache-in` is always given; its file does not exist if there is no cache.
//! * Exit status 0 and `result`, `droplet` and (optional) `cache-out` as regular files; else §7.2's codes (222, 223,
//!   224, 225, other). `result` is §7.2's `result.json`. The outputs are read from outside after the end.
//!
//! `launcher START_COMMAND EXECUTION_METADATA`, environment §5.1 plus `CF_LIFECYCLE`, `TMPDIR`, cwd as above with
//! `app`, `deps`, `tmp`, `logs`, `staging_info.yml` in it: §5.2, replaces itself by the app (`exec`). Sets `HOME`,
//! `TMPDIR`, `DEPS_DIR` from its cwd.
