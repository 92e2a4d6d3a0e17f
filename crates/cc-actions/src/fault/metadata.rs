//! Limits of labels and annotations.

use super::{Fault, catalogue};
use cc_domain::metadata::MetadataLimitError;

impl From<MetadataLimitError> for Fault {
    fn from(error: MetadataLimitError) -> Self {
        let kind = match error {
            MetadataLimitError::Labels { .. } => catalogue::LABEL_LIMIT_EXCEEDED,
            MetadataLimitError::Annotations { .. } => catalogue::ANNOTATION_LIMIT_EXCEEDED,
        };
        Self::new(kind, error.to_string())
    }
}
