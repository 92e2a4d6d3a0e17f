//! The blob store on files and in memory, and the resource pool.

mod contract;
mod files;
mod resource_pool;
