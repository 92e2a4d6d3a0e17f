//! Which security groups a list has.

use crate::any::dsl::{Pred, TextOneOf};
use crate::any::paging::Rows;
use crate::any::sets::{IdSet, InSetExt};
use crate::list::{Filter, with_guid, with_guids};
use crate::schema::{security_group_spaces, security_groups, spaces};
use crate::stored::{Visible, Ways};
use crate::visibility;
use cc_domain::guid::Guid;
use cc_domain::list::Scope;
use cc_domain::security_group::{Phase, SecurityGroup, SecurityGroupFilter, policy};
use cc_domain::space::Space;
use diesel::prelude::*;

fn enabled(phase: Phase, is_enabled: bool) -> Pred<security_groups::table> {
    match phase {
        Phase::Running => Pred::new(security_groups::is_enabled_running.eq(is_enabled)),
        Phase::Staging => Pred::new(security_groups::is_enabled_staging.eq(is_enabled)),
    }
}

/// Groups that are bound to a space of the set for one of the phases.
fn bound(phases: &[Phase], to: IdSet<spaces::table>) -> Pred<security_groups::table> {
    let phases: Vec<_> = phases.iter().map(ToString::to_string).collect();
    let bound = security_group_spaces::table
        .filter(security_group_spaces::space_id.in_set(to))
        .filter(security_group_spaces::phase.one_of(&phases));
    IdSet::of(bound, security_group_spaces::security_group_id).holds_row()
}

/// Groups that hold in a space.
pub fn holding(space: &Guid<Space>, phase: Phase) -> Vec<Pred<security_groups::table>> {
    vec![enabled(phase, true), bound(&[phase], with_guid(space))]
}

pub fn filter(f: &SecurityGroupFilter, ways: Ways<security_groups::table>) -> Rows<security_groups::table> {
    let mut filter = Filter::<SecurityGroup>::by_any(ways).one_of(security_groups::name, f.names.as_ref());
    for phase in Phase::ALL {
        filter = filter
            .and_if(f.space_guids.of(*phase).as_ref(), |guids| bound(&[*phase], with_guids::<Space>(guids)))
            .and_if(*f.globally_enabled.of(*phase), |is_enabled| enabled(*phase, is_enabled));
    }
    filter.common(&f.common).rows()
}

impl Visible for SecurityGroup {
    type Filter = SecurityGroupFilter;

    /// Groups that are globally enabled, and those that are bound to a space in which the user has a role.
    fn visible(scope: &Scope) -> Ways<security_groups::table> {
        let readable = visibility::spaces(scope, &policy::GET)?;
        Some(vec![enabled(Phase::Running, true), enabled(Phase::Staging, true), bound(Phase::ALL, readable)])
    }

    fn filter(f: &Self::Filter, scope: &Scope) -> Rows<security_groups::table> {
        filter(f, Self::listed(scope))
    }
}
