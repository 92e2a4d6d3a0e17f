//! The switches of an app, one by one.

use super::{AppError, AppFeatures};

text_enum! {
    /// The switches of an app by the names clients use, in the order they are shown.
    pub enum AppFeature {
        Ssh = "ssh",
        Revisions = "revisions",
        ServiceBindingK8s = "service-binding-k8s",
        FileBasedVcapServices = "file-based-vcap-services",
    }
}

impl AppFeature {
    pub const fn of(self, features: &AppFeatures) -> bool {
        match self {
            Self::Ssh => features.ssh,
            Self::Revisions => features.revisions,
            Self::ServiceBindingK8s => features.service_binding_k8s,
            Self::FileBasedVcapServices => features.file_based_vcap_services,
        }
    }

    /// The switches with this one set; two of them exclude each other.
    pub fn set(self, mut features: AppFeatures, is_on: bool) -> Result<AppFeatures, AppError> {
        match self {
            Self::Ssh => features.ssh = is_on,
            Self::Revisions => features.revisions = is_on,
            Self::ServiceBindingK8s => features.service_binding_k8s = is_on,
            Self::FileBasedVcapServices => features.file_based_vcap_services = is_on,
        }
        if features.service_binding_k8s && features.file_based_vcap_services {
            return Err(AppError::FeatureClash);
        }
        Ok(features)
    }
}
