//! From bytes of a pipe to numbered lines, kept until the server has them.

use super::protocol::Line;
use std::collections::VecDeque;

/// Longest line; what is longer is cut into several.
const LONGEST: usize = 61_440;
const MOST_LINES: usize = 10_000;
const MOST_BYTES: usize = 4 * 1024 * 1024;
/// Acknowledged lines that are kept for a server that was killed.
const KEPT: usize = 1_000;
const SECOND: i64 = 1_000_000_000;

/// Splits one stream at line feeds and carriage returns; empty lines vanish.
#[derive(Default)]
pub(super) struct Splitter {
    rest: Vec<u8>,
}

impl Splitter {
    pub fn push(&mut self, bytes: &[u8], mut take: impl FnMut(Vec<u8>)) {
        for byte in bytes {
            if matches!(byte, b'\n' | b'\r') {
                self.finish(&mut take);
            } else {
                self.rest.push(*byte);
                if self.rest.len() >= LONGEST {
                    let tail = self.rest.split_off(cut(&self.rest));
                    take(std::mem::replace(&mut self.rest, tail));
                }
            }
        }
    }

    /// Gives what came after the last end of a line.
    pub fn finish(&mut self, take: &mut impl FnMut(Vec<u8>)) {
        if !self.rest.is_empty() {
            take(std::mem::take(&mut self.rest));
        }
    }
}

/// Where to cut a line so that no character is torn: before an unfinished one at the end.
fn cut(bytes: &[u8]) -> usize {
    let start = bytes.iter().rposition(|byte| byte & 0xC0 != 0x80).unwrap_or(0);
    let wanted = match bytes.get(start) {
        Some(0xC0..=0xDF) => 2,
        Some(0xE0..=0xEF) => 3,
        Some(0xF0..=0xF7) => 4,
        _ => 1,
    };
    if bytes.len() - start < wanted && start > 0 { start } else { bytes.len() }
}

/// Bytes a second over all streams of the container.
pub(super) struct RateLimit {
    rate: i64,
    tokens: i64,
    filled_ns: i64,
    silent_until_ns: i64,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Pass,
    Drop,
    /// Drop, and say so once.
    DropAloud,
}

impl RateLimit {
    /// Negative is unlimited, 0 lets nothing pass.
    pub fn new(rate: i64, now_ns: i64) -> Self {
        Self { rate, tokens: rate, filled_ns: now_ns, silent_until_ns: i64::MIN }
    }

    pub fn admit(&mut self, bytes: usize, now_ns: i64) -> Verdict {
        if self.rate < 0 {
            return Verdict::Pass;
        }
        if self.rate == 0 || now_ns < self.silent_until_ns {
            return Verdict::Drop;
        }
        let elapsed = now_ns.saturating_sub(self.filled_ns).clamp(0, SECOND);
        let earned = i128::from(elapsed) * i128::from(self.rate) / i128::from(SECOND);
        if earned > 0 {
            self.tokens =
                self.tokens.saturating_add(i64::try_from(earned).unwrap_or(i64::MAX)).min(self.rate);
            self.filled_ns = now_ns;
        }
        let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
        if bytes <= self.tokens {
            self.tokens -= bytes;
            return Verdict::Pass;
        }
        self.silent_until_ns = now_ns.saturating_add(SECOND);
        Verdict::DropAloud
    }
}

/// The last lines of the container.
#[derive(Default)]
pub(super) struct Ring {
    lines: VecDeque<Line>,
    bytes: usize,
    last: u64,
    last_ns: i64,
    acknowledged: u64,
}

impl Ring {
    /// Numbers the line and makes its time later than that of the one before.
    pub fn push(&mut self, slot: u32, is_error: bool, text: Vec<u8>, now_ns: i64) {
        self.last += 1;
        self.last_ns = now_ns.max(self.last_ns.saturating_add(1));
        self.bytes += text.len();
        self.lines.push_back(Line { number: self.last, at_ns: self.last_ns, slot, is_error, text });
        while self.lines.len() > MOST_LINES || self.bytes > MOST_BYTES {
            self.drop_oldest();
        }
    }

    pub fn acknowledge(&mut self, number: u64) {
        self.acknowledged = self.acknowledged.max(number.min(self.last));
        while self.lines.len() > KEPT
            && self.lines.front().is_some_and(|line| line.number <= self.acknowledged)
        {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        if let Some(line) = self.lines.pop_front() {
            self.bytes -= line.text.len();
        }
    }

    /// First line at or after this number.
    pub fn at(&self, number: u64) -> Option<&Line> {
        let first = self.lines.front()?.number;
        self.lines.get(usize::try_from(number.saturating_sub(first)).ok()?)
    }

    pub fn first_unacknowledged(&self) -> u64 {
        self.acknowledged + 1
    }
}

#[cfg(test)]
mod tests {
    use super::{KEPT, LONGEST, MOST_LINES, RateLimit, Ring, SECOND, Splitter, Verdict};
    use proptest::prelude::{any, prop_assert_eq, proptest};

    fn split(parts: &[&[u8]]) -> Vec<Vec<u8>> {
        let (mut splitter, mut lines) = (Splitter::default(), Vec::new());
        for part in parts {
            splitter.push(part, |line| lines.push(line));
        }
        splitter.finish(&mut |line| lines.push(line));
        lines
    }

    #[test]
    fn lines_end_at_both_kinds_of_return_and_empty_ones_vanish() {
        assert_eq!(split(&[b"a\r\nb\n\n", b"c", b"d"]), [&b"a"[..], b"b", b"cd"]);
    }

    #[test]
    fn a_long_line_is_cut_between_characters() {
        let text = format!("a{}", "é".repeat(LONGEST));
        let lines = split(&[text.as_bytes()]);
        assert!(lines.len() > 1);
        assert!(lines.iter().all(|line| line.len() <= LONGEST && std::str::from_utf8(line).is_ok()));
        assert_eq!(lines.concat(), text.as_bytes());
    }

    proptest! {
        #[test]
        fn nothing_but_line_ends_is_lost_however_the_pipe_cuts(bytes: Vec<u8>, at in any::<proptest::sample::Index>()) {
            let (first, second) = bytes.split_at(at.index(bytes.len() + 1));
            let expected: Vec<u8> = bytes.iter().copied().filter(|b| !matches!(b, b'\n' | b'\r')).collect();
            prop_assert_eq!(split(&[first, second]).concat(), expected);
        }
    }

    #[test]
    fn a_flood_is_announced_once_and_silenced_for_a_second() {
        let mut limit = RateLimit::new(10, 0);
        assert_eq!(limit.admit(10, 0), Verdict::Pass);
        assert_eq!(limit.admit(1, 1), Verdict::DropAloud);
        assert_eq!(limit.admit(1, SECOND / 2), Verdict::Drop);
        assert_eq!(limit.admit(10, SECOND + 1), Verdict::Pass);
    }

    #[test]
    fn minus_one_is_unlimited_and_zero_is_silence() {
        assert_eq!(RateLimit::new(-1, 0).admit(usize::MAX, 0), Verdict::Pass);
        assert_eq!(RateLimit::new(0, 0).admit(1, SECOND), Verdict::Drop);
    }

    #[test]
    fn the_ring_forgets_the_oldest_and_keeps_times_rising() {
        let mut ring = Ring::default();
        for _ in 0..=MOST_LINES {
            ring.push(0, false, b"x".to_vec(), 5);
        }
        assert_eq!(ring.at(0).map(|line| line.number), Some(2));
        assert!(ring.at(3).unwrap().at_ns > ring.at(2).unwrap().at_ns);
        ring.acknowledge(5_000);
        assert_eq!(ring.at(0).map(|line| line.number), Some(5_001));
        ring.acknowledge(u64::MAX);
        assert_eq!(ring.at(0).map(|line| line.number), Some(MOST_LINES as u64 + 2 - KEPT as u64));
        assert!(ring.at(MOST_LINES as u64 + 2).is_none());
    }
}
