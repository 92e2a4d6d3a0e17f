//! Feature flags: switches of the installation that use cases ask for.

use crate::fault::Fault;
use crate::ports::Ports;
use cc_domain::actor::Actor;
use cc_domain::feature_flag::{Flag, Setting};

/// `feature_flags_list`: all flags, in order of their names.
pub async fn list(ports: &Ports) -> Result<Vec<Setting>, Fault> {
    let _ = ports;
    Ok(Flag::ALL.into_iter().map(Setting::of).collect())
}

/// `feature_flag_get`
pub async fn get(ports: &Ports, name: &str) -> Result<Setting, Fault> {
    let flag = name.parse::<Flag>().map_err(|()| Fault::not_found("Feature flag"))?;
    setting(ports, flag).await
}

async fn setting(ports: &Ports, flag: Flag) -> Result<Setting, Fault> {
    let _ = ports;
    Ok(Setting::of(flag))
}

pub(crate) async fn is_on(ports: &Ports, flag: Flag) -> Result<bool, Fault> {
    Ok(setting(ports, flag).await?.is_on)
}

/// Refuses if the flag is off, with the operator's own words if there are any. Admins are not asked.
pub(crate) async fn require_unless_admin(ports: &Ports, actor: &Actor, flag: Flag) -> Result<(), Fault> {
    if actor.scopes.admin { Ok(()) } else { require(ports, flag).await }
}

/// As [`require_unless_admin`], for everyone.
pub(crate) async fn require(ports: &Ports, flag: Flag) -> Result<(), Fault> {
    let setting = setting(ports, flag).await?;
    if setting.is_on {
        return Ok(());
    }
    Err(Fault::feature_disabled(setting.message.as_deref().unwrap_or(flag.as_str())))
}
