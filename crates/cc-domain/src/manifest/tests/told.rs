//! What is told of entries that are wrong.

use super::complaints;

#[test]
fn every_complaint_is_told_with_its_app() {
    let text = r"
applications:
- name: one
  buildpack: a
  buildpacks: [b]
  memory: 12
  instances: -1
  random-route: true
  default-route: true
  env: { VCAP_X: 1, PORT: 2 }
- memory: 1Q
- name: three
  docker: { image: i }
  routes: [{route: 'no url'}]
  no-route: 1
  processes: [{type: web}, {type: web}, {}]
  services: 3
  features: { fly: true }
  health-check-type: port
";
    assert_eq!(
        complaints(text),
        vec![
            "For application 'one': Process \"web\": Memory must use a supported unit: B, K, KB, M, MB, G, GB, T, or TB",
            "For application 'one': Process \"web\": Instances must be greater than or equal to 0",
            "For application 'one': Buildpack and Buildpacks fields cannot be used together.",
            "For application 'one': Env cannot start with VCAP_",
            "For application 'one': Env cannot set PORT",
            "For application 'one': Random-route and default-route may not be used together",
            "For application at index 1: Name must not be empty",
            "For application at index 1: Name must be a string",
            "For application at index 1: Process \"web\": Memory must use a supported unit: B, K, KB, M, MB, G, GB, T, or TB",
            "For application 'three': All Processes must specify a type",
            "For application 'three': Process \"web\" may only be present once",
            "For application 'three': Feature Disabled: diego_docker",
            "For application 'three': Services must be a list of service instances",
            "For application 'three': The route 'no url' is not a properly formed URL",
            "For application 'three': No-route must be a boolean",
            "For application 'three': Features must be a map of valid feature names to booleans (true = enabled, false = disabled)",
        ]
    );
}

#[test]
fn nothing_where_something_is_wanted_is_told_too() {
    for (key, complaint) in [
        ("name: {a: [1, x]}", "Name must be a string"),
        ("routes: null", "Routes must be a list of route objects"),
        ("routes: [{route: ' '}]", "Routes must be a list of route objects"),
        ("routes: [{route: h.x.io, options: null}]", "Route 'h.x.io': options must be an object"),
        ("services: [{name: a, plan: b}]", "Services must be a list of service instances"),
        (
            "health-check-type: null",
            "Process \"web\": Health check type must be \"port\", \"process\", or \"http\"",
        ),
        ("instances: 1.5", "Process \"web\": Instances must be an integer"),
        (
            "log-rate-limit-per-second: -1K",
            "Process \"web\": Log rate limit must be an integer greater than or equal to -1",
        ),
        ("sidecars: null", "Sidecars must be an array of sidecar configurations"),
        ("processes: null", "Processes must be an array of process configurations"),
        ("buildpack: ''", "Buildpack must be between 1 and 4096 characters"),
        ("stack: ''", "Stack must be between 1 and 4096 characters"),
        ("metadata: {x: 1}", "Metadata has unexpected field(s): 'x'"),
        ("cnb-credentials: x", "Credentials must be an object"),
        (
            "features: {}",
            "Features must be a map of valid feature names to booleans (true = enabled, false = disabled)",
        ),
        ("docker: null", "Feature Disabled: diego_docker"),
    ] {
        let name = if key.starts_with("name") { "{:a=>[1, \"x\"]}" } else { "a" };
        let named = if name == "a" { "name: a, " } else { "" };
        let text = format!("applications: [{{{named}{key}}}]");
        assert_eq!(complaints(&text), vec![format!("For application '{name}': {complaint}")], "{text}");
    }
    for key in
        ["memory: ''", "memory: []", "buildpacks: null", "metadata: null", "log-rate-limit-per-second: ''"]
    {
        assert_eq!(complaints(&format!("applications: [{{name: a, {key}}}]")), Vec::<String>::new(), "{key}");
    }
}
