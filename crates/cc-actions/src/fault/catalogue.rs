//! The published errors that this server answers with: number, name and status as in the reference's catalogue.

/// One row of the catalogue.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    pub code: u32,
    /// Without the `CF-` that titles carry.
    pub name: &'static str,
    pub status: u16,
}

impl Kind {
    /// `CF-` and the name; the reference leaves the prefix out for what nobody foresaw.
    pub fn title(&self) -> String {
        if self == UNKNOWN_ERROR { self.name.to_owned() } else { format!("CF-{}", self.name) }
    }
}

macro_rules! catalogue {
    ($($constant:ident = $code:literal $name:literal $status:literal;)*) => {
        $(pub const $constant: &Kind = &Kind { code: $code, name: $name, status: $status };)*
        /// Every row, for the test that compares them with the published catalogue.
        pub const ALL: &[&Kind] = &[$($constant),*];
    };
}

catalogue! {
    INVALID_AUTH_TOKEN = 1000 "InvalidAuthToken" 401;
    MESSAGE_PARSE_ERROR = 1001 "MessageParseError" 400;
    INVALID_RELATION = 1002 "InvalidRelation" 400;
    BAD_REQUEST = 1004 "BadRequest" 400;
    NOT_FOUND = 10000 "NotFound" 404;
    UNKNOWN_ERROR = 10001 "UnknownError" 500;
    NOT_AUTHENTICATED = 10002 "NotAuthenticated" 401;
    NOT_AUTHORIZED = 10003 "NotAuthorized" 403;
    INVALID_REQUEST = 10004 "InvalidRequest" 400;
    BAD_QUERY_PARAMETER = 10005 "BadQueryParameter" 400;
    ASSOCIATION_NOT_EMPTY = 10006 "AssociationNotEmpty" 400;
    UNPROCESSABLE_ENTITY = 10008 "UnprocessableEntity" 422;
    RESOURCE_NOT_FOUND = 10010 "ResourceNotFound" 404;
    SERVICE_UNAVAILABLE = 10015 "ServiceUnavailable" 503;
    UNIQUENESS_ERROR = 10016 "UniquenessError" 422;
    ORGANIZATION_SUSPENDED = 10017 "OrgSuspended" 403;
    SPACE_SUSPENDED = 10019 "SpaceSuspended" 403;
    RESOURCE_BEING_DELETED = 10020 "ResourceBeingDeleted" 422;
    UAA_UNAVAILABLE = 20004 "UaaUnavailable" 503;
    UAA_RATE_LIMITED = 20008 "UaaRateLimited" 429;
    APP_PACKAGE_INVALID = 150_001 "AppPackageInvalid" 400;
    PACKAGE_BITS_ALREADY_UPLOADED = 150_004 "PackageBitsAlreadyUploaded" 400;
    APP_BITS_UPLOAD_INVALID = 160_001 "AppBitsUploadInvalid" 400;
    STAGING_ERROR = 170_001 "StagingError" 400;
    NO_APP_DETECTED = 170_003 "NoAppDetectedError" 400;
    BUILDPACK_COMPILE_FAILED = 170_004 "BuildpackCompileFailed" 400;
    BUILDPACK_RELEASE_FAILED = 170_005 "BuildpackReleaseFailed" 400;
    INSUFFICIENT_RESOURCES = 170_008 "InsufficientResources" 400;
    RUNNER_UNAVAILABLE = 170_015 "RunnerUnavailable" 503;
    RUNNER_ERROR = 170_016 "RunnerError" 500;
    STAGING_IN_PROGRESS = 170_017 "StagingInProgress" 422;
    TASK_ERROR = 170_019 "TaskError" 500;
    STATS_UNAVAILABLE = 200_002 "StatsUnavailable" 503;
    INSTANCES_UNAVAILABLE = 220_002 "InstancesUnavailable" 503;
    STACK_VALIDATION_FAILED = 250_004 "StackValidationFailed" 422;
    BUILDPACK_NAME_STACK_TAKEN = 290_000 "BuildpackNameStackLifecycleTaken" 422;
    BUILDPACK_INVALID = 290_003 "BuildpackInvalid" 400;
    CUSTOM_BUILDPACKS_DISABLED = 290_004 "CustomBuildpacksDisabled" 400;
    JOB_TIMEOUT = 290_006 "JobTimeout" 524;
    SPACE_DELETION_FAILED = 290_008 "SpaceDeletionFailed" 502;
    ORGANIZATION_DELETION_FAILED = 290_010 "OrganizationDeletionFailed" 502;
    DOCKER_DISABLED = 320_003 "DockerDisabled" 400;
    FEATURE_DISABLED = 330_002 "FeatureDisabled" 403;
    PROCESS_NOT_FOUND = 350_003 "ProcessNotFound" 404;
    BUILDPACK_STACKS_DONT_MATCH = 390_011 "BuildpackStacksDontMatch" 422;
    BUILDPACK_STACK_DOES_NOT_EXIST = 390_012 "BuildpackStackDoesNotExist" 422;
    BUILDPACK_ZIP_ERROR = 390_013 "BuildpackZipError" 422;
    LABEL_LIMIT_EXCEEDED = 390_020 "LabelLimitExceeded" 422;
    ANNOTATION_LIMIT_EXCEEDED = 390_023 "AnnotationLimitExceeded" 422;
}
