//! Identity from outside: tokens of our own and of an external UAA, passwords, the first start.

mod accounts;
mod bootstrap;
mod embedded;
mod external;
mod passwords;
mod uaa_directory;
mod world;
