//! What holds usage as it is.

use crate::session::{Change, Session};
use crate::stored::lock_id_of;
use async_trait::async_trait;
use cc_domain::guid::Guid;
use cc_domain::organization::Organization;
use cc_domain::quota::ports::QuotaWrites;
use cc_domain::space::Space;
use cc_domain::store::StoreError;

#[async_trait]
impl QuotaWrites for Session<Change> {
    async fn hold_usage(
        &mut self,
        organization: &Guid<Organization>,
        space: &Guid<Space>,
    ) -> Result<(), StoreError> {
        lock_id_of(self.conn(), organization).await?;
        lock_id_of(self.conn(), space).await?;
        Ok(())
    }
}
