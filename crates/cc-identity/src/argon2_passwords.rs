//! argon2id, one hash at a time.

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use async_trait::async_trait;
use cc_domain::identity::{HashError, PasswordHash, Passwords};
use cc_domain::secret::Secret;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Memory of one hash in KiB. With one hash at a time this is the peak: 12 MiB, below the budget of 19 MiB.
/// With three passes it is one of the OWASP minimum settings.
const MEMORY_KIB: u32 = 12 * 1024;
const PASSES: u32 = 3;

/// Passwords by argon2id on a blocking thread. Waiting callers queue; one that goes away leaves the queue.
#[derive(Clone)]
pub struct Argon2Passwords {
    argon: Argon2<'static>,
    turn: Arc<Semaphore>,
}

#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("argon2 refused: {0}")]
    Argon(argon2::password_hash::Error),
    #[error("argon2 refused: {0}")]
    Parameters(argon2::Error),
    #[error("no random salt can be had")]
    Salt,
    #[error("the hashing thread ended early")]
    Thread,
}

impl Argon2Passwords {
    /// With the parameters for production.
    pub fn new() -> Self {
        let params =
            Params::new(MEMORY_KIB, PASSES, 1, None).expect("the constants are within argon2's limits");
        Self::with(params)
    }

    /// With the least that argon2 accepts, so that tests are quick.
    #[cfg(feature = "testing")]
    pub fn quick() -> Self {
        Self::with(
            Params::new(Params::MIN_M_COST, 1, 1, None).expect("the minimum is within argon2's limits"),
        )
    }

    fn with(params: Params) -> Self {
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        Self { argon, turn: Arc::new(Semaphore::new(1)) }
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Argon2<'static>) -> Result<T, Refused> + Send + 'static,
    ) -> Result<T, HashError> {
        let turn = Arc::clone(&self.turn).acquire_owned().await.map_err(|_| refused(Refused::Thread))?;
        let argon = self.argon.clone();
        let done = tokio::task::spawn_blocking(move || {
            let result = work(&argon);
            drop(turn);
            result
        });
        done.await.map_err(|_| refused(Refused::Thread))?.map_err(refused)
    }
}

impl Default for Argon2Passwords {
    fn default() -> Self {
        Self::new()
    }
}

fn refused(reason: Refused) -> HashError {
    HashError(Box::new(reason))
}

#[async_trait]
impl Passwords for Argon2Passwords {
    async fn hash(&self, password: &Secret) -> Result<PasswordHash, HashError> {
        let password = password.clone();
        self.in_turn(move |argon| {
            let mut bytes = [0_u8; 16];
            aws_lc_rs::rand::fill(&mut bytes).map_err(|_| Refused::Salt)?;
            let salt = SaltString::encode_b64(&bytes).map_err(Refused::Argon)?;
            let hash = argon.hash_password(password.expose().as_bytes(), &salt).map_err(Refused::Argon)?;
            Ok(PasswordHash::new(hash.to_string()))
        })
        .await
    }

    async fn verify(&self, password: &Secret, hash: Option<PasswordHash>) -> Result<bool, HashError> {
        let password = password.clone();
        self.in_turn(move |argon| {
            let password = password.expose().as_bytes();
            let Some(hash) = hash else {
                let mut out = [0_u8; 32];
                argon
                    .hash_password_into(password, b"nobody has it", &mut out)
                    .map_err(Refused::Parameters)?;
                return Ok(false);
            };
            let parsed = argon2::PasswordHash::new(hash.phc()).map_err(Refused::Argon)?;
            match argon.verify_password(password, &parsed) {
                Ok(()) => Ok(true),
                Err(argon2::password_hash::Error::Password) => Ok(false),
                Err(error) => Err(Refused::Argon(error)),
            }
        })
        .await
    }
}
