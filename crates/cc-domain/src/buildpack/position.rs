//! The order of buildpacks: one list without gaps for each lifecycle.

use super::Buildpack;
use crate::guid::Guid;

/// The order after `moved` went to `position` (from 1, clamped to the list). A guid that is not in `order` is added; those between shift.
/// The new positions are the indices of the answer plus one.
pub fn moved(order: &[Guid<Buildpack>], moved: &Guid<Buildpack>, position: u32) -> Vec<Guid<Buildpack>> {
    let mut order: Vec<_> = order.iter().filter(|g| *g != moved).cloned().collect();
    let at = usize::try_from(position.saturating_sub(1)).unwrap_or(usize::MAX).min(order.len());
    order.insert(at, moved.clone());
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn positions_stay_a_permutation_and_the_others_keep_their_order(count in 0_usize..8, which in 0_usize..9, position in 0_u32..12) {
            let order: Vec<Guid<Buildpack>> = (0..count).map(|i| Guid::new(format!("b{i}"))).collect();
            let guid = Guid::new(format!("b{which}"));
            let after = moved(&order, &guid, position);
            let others = |list: &[Guid<Buildpack>]| list.iter().filter(|g| **g != guid).cloned().collect::<Vec<_>>();
            prop_assert_eq!(others(&after), others(&order));
            prop_assert_eq!(after.iter().filter(|g| **g == guid).count(), 1);
            let wanted = (position.max(1) as usize).min(after.len());
            prop_assert_eq!(after.iter().position(|g| *g == guid), Some(wanted - 1));
        }
    }
}
