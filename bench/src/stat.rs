//! Medians and percentiles.

/// The value below which `share` of the values lie; the values are sorted by this.
pub fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "counts of measurements are small"
    )]
    let at = ((values.len().saturating_sub(1)) as f64 * share).round() as usize;
    values.get(at).copied().unwrap_or(f64::NAN)
}

pub fn median(values: &mut [f64]) -> f64 {
    percentile(values, 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_values() {
        let mut values = [3.0, 1.0, 2.0, 5.0, 4.0];
        assert!((median(&mut values) - 3.0).abs() < f64::EPSILON);
        assert!((percentile(&mut values, 0.99) - 5.0).abs() < f64::EPSILON);
        assert!(median(&mut []).is_nan());
    }
}
