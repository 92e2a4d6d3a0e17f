//! What a handler is given besides the request.

use super::Callers;
use super::lanes::Lanes;
use crate::wire::Links;
use cc_actions::{Call, Fault, Hold, Ports};
use cc_domain::actor::Actor;
use std::sync::Arc;
use std::time::Duration;

/// Where the surfaces beside the API are, as clients reach them.
#[derive(Clone, Debug)]
pub struct Surfaces {
    pub login: String,
    pub uaa: String,
    pub log_cache: String,
    pub log_stream: String,
}

/// The API as a whole: what the wiring puts together once.
#[derive(Clone)]
pub struct Api {
    pub ports: Ports,
    pub links: Links,
    pub surfaces: Arc<Surfaces>,
    pub callers: Arc<dyn Callers>,
    /// How long a read of something that is about to change may be held; zero answers at once.
    pub hold: Duration,
    /// How long a call may take with its body; uploads have limits of their own.
    pub time_limit: Duration,
    pub lanes: Arc<Lanes>,
}

/// A call takes at most this long, unless it is said otherwise.
const TIME_LIMIT: Duration = Duration::from_secs(30);

impl Api {
    pub fn new(
        ports: Ports,
        external_url: &str,
        surfaces: Surfaces,
        callers: Arc<dyn Callers>,
        hold: Duration,
    ) -> Self {
        Self {
            ports,
            links: Links::new(external_url),
            surfaces: Arc::new(surfaces),
            callers,
            hold,
            time_limit: TIME_LIMIT,
            lanes: Arc::default(),
        }
    }

    pub fn with_time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    pub fn with_lanes(mut self, lanes: Lanes) -> Self {
        self.lanes = Arc::new(lanes);
        self
    }
}

/// One request's view of the API.
#[derive(Clone)]
pub struct Ctx {
    pub ports: Ports,
    pub links: Links,
    pub surfaces: Arc<Surfaces>,
    /// With the request's turn in it, which is held as long as the handler runs, also when its client is gone.
    pub hold: Hold,
    pub(super) actor: Option<Arc<Actor>>,
}

impl Ctx {
    /// What a use case is called with. Always there in operations that need a token.
    pub fn call(&self) -> Result<Call<'_>, Fault> {
        Ok(Call { ports: &self.ports, actor: self.actor()? })
    }

    /// The caller, as in [`Ctx::call`].
    pub fn actor(&self) -> Result<&Actor, Fault> {
        self.actor.as_deref().ok_or_else(Fault::not_authenticated)
    }
}
