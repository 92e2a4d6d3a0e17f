//! Who may read which logs.

use crate::fault::Fault;
use cc_domain::guid::Guid;
use cc_domain::identity::Claims;
use cc_domain::list::Scope;
use cc_domain::log::policy::readable;
use cc_domain::store::Store;

/// Whether the owner of a verified token may read the logs of a source: every one, or those of an app that they see.
pub async fn may_read(store: &dyn Store, claims: &Claims, source: &str) -> Result<bool, Fault> {
    match readable(claims) {
        None => Ok(false),
        Some(Scope::Everything) => Ok(true),
        Some(scope) => Ok(store.reader().await?.find_app(&Guid::new(source), &scope).await?.is_some()),
    }
}

/// Whether the owner of a verified token may read the logs of every source.
pub fn may_read_all(claims: &Claims) -> bool {
    readable(claims) == Some(Scope::Everything)
}
