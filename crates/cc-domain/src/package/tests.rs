use super::*;
use proptest::prelude::*;

fn digests() -> PackageDigests {
    PackageDigests { sha1: "1".into(), sha256: "2".into(), bytes: 3 }
}

fn bits() -> Package {
    let command = CreatePackage {
        app: Guid::new("a"),
        source: PackageRequest::Bits,
        metadata: MetadataPatch::default(),
    };
    Package::new(
        Guid::new("p"),
        &command,
        LifecycleKind::Buildpack,
        Metadata::default(),
        Timestamp::from_seconds(0),
    )
    .unwrap()
}

fn docker(lifecycle: LifecycleKind) -> Result<Package, PackageError> {
    let source = PackageRequest::Docker { image: "i".into(), username: None, password: None };
    let command = CreatePackage { app: Guid::new("a"), source, metadata: MetadataPatch::default() };
    Package::new(Guid::new("p"), &command, lifecycle, Metadata::default(), Timestamp::from_seconds(0))
}

#[test]
fn the_kind_of_a_package_fits_the_lifecycle_of_its_app() {
    assert_eq!(docker(LifecycleKind::Buildpack), Err(PackageError::DockerForBuildpackApp));
    assert_eq!(docker(LifecycleKind::Docker).unwrap().state, PackageState::Ready);
    assert_eq!(bits().state, PackageState::AwaitingUpload);
}

#[test]
fn bits_are_uploaded_once() {
    let now = Timestamp::from_seconds(1);
    let package = bits().upload_begun(now).unwrap();
    assert_eq!(package.clone().upload_begun(now), Err(PackageError::AlreadyUploaded));
    let package = package.bits_stored(digests(), now);
    assert_eq!(package.clone().upload_begun(now), Err(PackageError::AlreadyUploaded));
    assert_eq!(package.check_download(), Ok(&digests()));
    assert_eq!(docker(LifecycleKind::Docker).unwrap().upload_begun(now), Err(PackageError::NotBits));
}

#[test]
fn a_copy_goes_to_another_app_only() {
    let now = Timestamp::from_seconds(1);
    assert_eq!(bits().copy_to(Guid::new("q"), &Guid::new("a"), now), Err(PackageError::SameApp));
    assert_eq!(bits().copy_to(Guid::new("q"), &Guid::new("b"), now).unwrap().state, PackageState::Copying);
}

proptest! {
    #[test]
    fn a_final_state_only_moves_to_expired_and_ready_bits_have_digests(steps in proptest::collection::vec(0_u8..4, 0..10)) {
        let mut package = bits();
        for step in steps {
            let before = package.clone();
            let now = Timestamp::from_seconds(1);
            package = match step {
                0 => package.upload_begun(now).unwrap_or(before.clone()),
                1 => package.bits_stored(digests(), now),
                2 => package.bits_failed("no", now),
                _ => package.expired(now),
            };
            if matches!(before.state, PackageState::Ready | PackageState::Failed) {
                prop_assert!(package.state == before.state || package.state == PackageState::Expired);
            }
            if before.state == PackageState::Expired {
                prop_assert_eq!(&package, &before);
            }
            prop_assert!(package.state != PackageState::Ready || package.digests().is_some());
        }
    }
}
