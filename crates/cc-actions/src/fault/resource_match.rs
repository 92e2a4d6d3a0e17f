//! Refusals of resource matches, and a blob store that does not answer.

use super::{Fault, catalogue};
use cc_domain::blob::Bucket;
use cc_domain::blob::ports::BlobError;
use cc_domain::resource_match::ResourceMatchError;

impl From<ResourceMatchError> for Fault {
    fn from(error: ResourceMatchError) -> Self {
        Self::unprocessable(error.to_string())
    }
}

impl From<BlobError> for Fault {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::TooLarge { limit } => Self::new(
                catalogue::APP_PACKAGE_INVALID,
                format!("The app package is invalid: Package may not be larger than {limit} bytes"),
            ),
            BlobError::Missing(key) => Self::not_found(match key.bucket() {
                Bucket::Packages => "The package's bits were",
                Bucket::Droplets => "The droplet's bits were",
                Bucket::Buildpacks => "The buildpack's bits were",
                Bucket::BuildpackCache => "The buildpack cache was",
                Bucket::Resources => "The file was",
            }),
            BlobError::Source(_) => Self::internal(error),
            BlobError::Unavailable(_) => {
                Self::unavailable("The blobstore is not available right now. Try again later.", error)
            }
        }
    }
}
