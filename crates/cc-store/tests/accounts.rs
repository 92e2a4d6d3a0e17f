//! The login server's records keep what the port promises.

use crate::both_engines;
use cc_domain::identity::accounts_contract;

both_engines! {
    async fn the_contract_of_accounts_holds(db: Db) {
        accounts_contract::holds(db.database.as_ref()).await;
    }
}
