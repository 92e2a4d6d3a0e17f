//! Every adapter on both engines, through the ports of the domain.

mod db;
mod organizations;
