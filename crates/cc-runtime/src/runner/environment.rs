//! Variables that the engine adds (later wins, as on a cell of Diego; diego 2.7).

use crate::depot::Paths;

/// What an instance is, as its programs see it.
pub(crate) struct Place<'a> {
    pub guid: &'a str,
    pub index: u32,
    pub host: &'a str,
    /// Container port and host port.
    pub ports: &'a [(u16, u16)],
    pub paths: &'a Paths,
}

type Variables = Vec<(String, String)>;

/// Of an app: container defaults, the container's variables, ports, instance variables, then the command's own.
pub(crate) fn of_app(
    place: &Place<'_>,
    container: &[(String, String)],
    command: &[(String, String)],
) -> Variables {
    let mut all = defaults(place.paths);
    all.extend_from_slice(container);
    let first = place.ports.first().map(|(_, host)| host.to_string());
    if let Some(port) = &first {
        add(&mut all, "PORT", port);
        add(&mut all, "VCAP_APP_PORT", port);
        add(&mut all, "VCAP_APP_HOST", "0.0.0.0");
    }
    let index = place.index.to_string();
    for name in ["INSTANCE_GUID", "CF_INSTANCE_GUID"] {
        add(&mut all, name, place.guid);
    }
    for name in ["INSTANCE_INDEX", "CF_INSTANCE_INDEX"] {
        add(&mut all, name, &index);
    }
    for name in ["CF_INSTANCE_IP", "CF_INSTANCE_INTERNAL_IP"] {
        add(&mut all, name, place.host);
    }
    let address = first.as_ref().map(|port| format!("{}:{port}", place.host)).unwrap_or_default();
    add(&mut all, "CF_INSTANCE_PORT", first.as_deref().unwrap_or_default());
    add(&mut all, "CF_INSTANCE_ADDR", &address);
    // In the host's network as in one of its own a port has one number, inside and outside.
    let ports: Vec<String> =
        place.ports.iter().map(|(_, host)| format!("{{\"external\":{host},\"internal\":{host}}}")).collect();
    add(&mut all, "CF_INSTANCE_PORTS", &format!("[{}]", ports.join(",")));
    // The app has to listen on the ports given above, which need not be those of the spec.
    let kept = |name: &str| !matches!(name, "PORT" | "VCAP_APP_PORT" | "VCAP_APP_HOST");
    all.extend(command.iter().filter(|(name, _)| kept(name)).cloned());
    finish(all, place.paths)
}

/// Of a task or a staging: no ports, no instance.
pub(crate) fn of_errand(
    paths: &Paths,
    container: &[(String, String)],
    command: &[(String, String)],
) -> Variables {
    let mut all = defaults(paths);
    all.extend_from_slice(container);
    all.extend_from_slice(command);
    finish(all, paths)
}

fn defaults(paths: &Paths) -> Variables {
    let mut all = Vec::new();
    add(&mut all, "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    add(&mut all, "USER", "vcap");
    add(&mut all, "HOME", &paths.home.to_string_lossy());
    add(&mut all, "LANG", "en_US.UTF-8");
    add(&mut all, "CF_SYSTEM_CERT_PATH", "/etc/cf-system-certificates");
    all
}

/// What programs of ours rely on cannot be overridden; of several values the last stays.
fn finish(mut all: Variables, paths: &Paths) -> Variables {
    add(&mut all, "TMPDIR", &paths.tmp.to_string_lossy());
    add(&mut all, "CF_LIFECYCLE", &paths.lifecycle.to_string_lossy());
    let mut unique: Variables = Vec::with_capacity(all.len());
    for (name, value) in all {
        match unique.iter_mut().find(|(known, _)| *known == name) {
            Some(slot) => slot.1 = value,
            None => unique.push((name, value)),
        }
    }
    // Neither side of a variable can be passed on with these in it.
    unique.retain(|(name, value)| !name.is_empty() && !name.contains(['=', '\0']) && !value.contains('\0'));
    unique
}

fn add(all: &mut Variables, name: &str, value: &str) {
    all.push((name.to_owned(), value.to_owned()));
}

#[cfg(test)]
mod tests {
    use super::{Paths, Place, of_app, of_errand};

    fn paths() -> Paths {
        Paths { home: "/home/vcap".into(), tmp: "/tmp".into(), lifecycle: "/.cf/lifecycle".into() }
    }

    fn value<'a>(all: &'a [(String, String)], name: &str) -> Option<&'a str> {
        let found: Vec<_> = all.iter().filter(|(known, _)| known == name).collect();
        assert!(found.len() <= 1, "{name} is there {} times", found.len());
        found.first().map(|(_, value)| value.as_str())
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn the_app_is_told_the_host_port_whatever_the_spec_says() {
        let paths = paths();
        let ports = [(8080, 20001), (9000, 20002)];
        let place = Place { guid: "g", index: 3, host: "10.0.0.1", ports: &ports, paths: &paths };
        let all = of_app(&place, &[], &[pair("PORT", "8080"), pair("A", "1"), pair("A", "2")]);
        assert_eq!(value(&all, "PORT"), Some("20001"));
        assert_eq!(value(&all, "CF_INSTANCE_ADDR"), Some("10.0.0.1:20001"));
        let expected = r#"[{"external":20001,"internal":20001},{"external":20002,"internal":20002}]"#;
        assert_eq!(value(&all, "CF_INSTANCE_PORTS"), Some(expected));
        assert_eq!(value(&all, "INSTANCE_INDEX"), Some("3"));
        assert_eq!(value(&all, "A"), Some("2"));
    }

    #[test]
    fn an_app_without_ports_has_empty_texts() {
        let paths = paths();
        let place = Place { guid: "g", index: 0, host: "h", ports: &[], paths: &paths };
        let all = of_app(&place, &[], &[]);
        assert_eq!(value(&all, "PORT"), None);
        assert_eq!(value(&all, "CF_INSTANCE_PORT"), Some(""));
        assert_eq!(value(&all, "CF_INSTANCE_PORTS"), Some("[]"));
    }

    #[test]
    fn users_cannot_break_variables_of_ours_or_smuggle_others() {
        let all = of_errand(
            &paths(),
            &[],
            &[pair("TMPDIR", "/x"), pair("A=B", "1"), pair("C", "a\0b"), pair("LANG", "C")],
        );
        assert_eq!(value(&all, "TMPDIR"), Some("/tmp"));
        assert_eq!(value(&all, "LANG"), Some("C"));
        assert!(all.iter().all(|(name, _)| name != "A=B" && name != "C"));
    }
}
