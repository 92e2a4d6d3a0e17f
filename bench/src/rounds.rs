//! Ours and the floor by turns, so that whatever else the machine does hits both.

use crate::Options;
use crate::load::{self, Ask, Sample};
use crate::stat::median;
use std::time::Duration;

/// Medians of all rounds.
#[derive(Clone, Copy, Debug)]
pub struct Compared {
    pub ours: Sample,
    pub floor: Sample,
    /// The median of the ratios of each round, not the ratio of the medians.
    pub ratio: f64,
}

/// Several rounds of both.
pub async fn compare(options: &Options, ours: &Ask, floor: &Ask) -> anyhow::Result<Compared> {
    let (rounds, time) =
        if options.is_quick { (3, Duration::from_millis(500)) } else { (9, Duration::from_millis(1_000)) };
    // The first requests of each open connections, prepare statements and fill caches.
    let mut first = 0;
    for ask in [ours, floor] {
        load::run(ask, time / 2, first).await?;
        first += 1_000_000;
    }
    let (mut of_ours, mut of_floor) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        let turns = if round % 2 == 0 { [true, false] } else { [false, true] };
        for is_ours in turns {
            let (ask, samples) = if is_ours { (ours, &mut of_ours) } else { (floor, &mut of_floor) };
            samples.push(load::run(ask, time, first).await?);
            first += 1_000_000;
        }
    }
    let mut ratios: Vec<f64> =
        of_ours.iter().zip(&of_floor).map(|(o, f): (&Sample, &Sample)| o.per_second / f.per_second).collect();
    Ok(Compared { ours: middle(&of_ours), floor: middle(&of_floor), ratio: median(&mut ratios) })
}

fn middle(samples: &[Sample]) -> Sample {
    let of = |value: fn(&Sample) -> f64| median(&mut samples.iter().map(value).collect::<Vec<_>>());
    Sample {
        per_second: of(|s| s.per_second),
        p50_ms: of(|s| s.p50_ms),
        p99_ms: of(|s| s.p99_ms),
        bytes: samples.first().map_or(0, |s| s.bytes),
    }
}
