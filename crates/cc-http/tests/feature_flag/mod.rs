//! `/v3/feature_flags`: `feature_flags_list`, `feature_flag_get`

use crate::api_tests;

const FLAGS: &str = "/v3/feature_flags";

api_tests! {
    async fn every_flag_has_its_default(api: TestApi) {
        let all = api.get("ann", FLAGS).await;
        assert_eq!(all.at("/pagination/total_results"), 19);
        let names = all.each("name");
        assert!(names.is_sorted());
        insta::assert_snapshot!("sharing", api.get("ann", "/v3/feature_flags/service_instance_sharing").await.redacted());
        assert_eq!(api.get("ann", "/v3/feature_flags/route_creation").await.at("/enabled"), true);
        assert_eq!(api.get("ann", "/v3/feature_flags/x").await.refusal(), "404 10010 CF-ResourceNotFound: Feature flag not found");
        assert_eq!(api.get("", "/v3/feature_flags").await.status, 401);
    }

    async fn flags_are_paged_by_name_alone(api: TestApi) {
        let page = api.get("ann", "/v3/feature_flags?order_by=-name&per_page=2&page=2").await;
        assert_eq!(page.each("name"), ["task_creation", "space_scoped_private_broker_creation"]);
        assert_eq!(page.at("/pagination/total_pages"), 10);
        assert_eq!(
            api.get("ann", &format!("{FLAGS}?order_by=created_at")).await.refusal(),
            "400 10005 CF-BadQueryParameter: The query parameter is invalid: Order by can only be: 'name'"
        );
        assert_eq!(
            api.get("ann", "/v3/feature_flags?created_ats=2020-01-01T00:00:00Z").await.refusal(),
            "400 10005 CF-BadQueryParameter: The query parameter is invalid: Filtering by 'created_ats' is not allowed on this resource."
        );
        let set = api.get("ann", "/v3/feature_flags?updated_ats[gt]=2020-01-01T00:00:00Z").await;
        assert!(set.each("name").is_empty());
    }
}
