//! A copy of a data folder, started beside the original.

use crate::push::{a_space, answers, instance_guids, pushed, running};
use cc_tests::{Database, PLAIN_USER, Server};

#[test]
fn a_copied_data_folder_leaves_the_apps_of_the_original_alone() {
    for user in [None, PLAIN_USER] {
        let mut server = Server::start_as(Database::Sqlite, user, &[]);
        let client = server.admin();
        let space = a_space(&client);
        let app = pushed(&client, &space, "site", "hello");
        let before = instance_guids(&client, &app);
        server.kill();
        let mut copy = server.copy();
        server.start_again();
        let client = server.admin();
        let other = copy.admin();
        running(&other, &app, 1);
        other.until("an instance of the copy's own", || {
            (instance_guids(&other, &app) != before).then_some(())
        });
        answers(&other, "site.apps.localhost", "hello");
        assert_eq!(instance_guids(&client, &app), before);
        copy.stop();
        copy.down();
        answers(&client, "site.apps.localhost", "hello");
        assert_eq!(instance_guids(&client, &app), before, "the original's app was never touched");
    }
}
