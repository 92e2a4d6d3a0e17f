//! Rules as their column keeps them.

use crate::errors::{corrupt, to_json};
use cc_domain::security_group as domain;
use cc_domain::store::StoreError;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
pub struct Rule {
    protocol: String,
    destination: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    ports: Option<String>,
    /// Type and code of ICMP.
    #[serde(skip_serializing_if = "Option::is_none")]
    icmp: Option<(i16, i16)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log: Option<bool>,
}

impl Rule {
    pub fn into_rule(self) -> Result<domain::Rule, StoreError> {
        Ok(domain::Rule {
            protocol: self.protocol.parse().map_err(|()| corrupt("security_groups.rules"))?,
            destination: self.destination,
            ports: self.ports,
            icmp: self.icmp.map(|(kind, code)| domain::Icmp { kind, code }),
            description: self.description,
            log: self.log,
        })
    }
}

pub fn column(rules: &[domain::Rule]) -> String {
    let rule = |rule: &domain::Rule| Rule {
        protocol: rule.protocol.to_string(),
        destination: rule.destination.clone(),
        ports: rule.ports.clone(),
        icmp: rule.icmp.map(|icmp| (icmp.kind, icmp.code)),
        description: rule.description.clone(),
        log: rule.log,
    };
    to_json(&rules.iter().map(rule).collect::<Vec<_>>())
}
