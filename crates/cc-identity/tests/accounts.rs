use cc_domain::identity::accounts_contract;
use cc_identity::memory_accounts::MemoryAccounts;

#[tokio::test]
async fn accounts_in_memory_keep_what_the_port_promises() {
    accounts_contract::holds(&MemoryAccounts::default()).await;
}
