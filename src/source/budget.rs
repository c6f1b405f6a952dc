//! Budgets of decompressed bytes: a small archive or file cannot cost much time or disk space.
//!
//! Everything packed has a budget that grows with its packed size. The budgets nest as the archives do, and each byte
//! counts in all budgets around it. A bomb therefore exceeds its own budget first and is refused alone. Whether a
//! budget is exceeded at the end does not depend on the order of reading.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Maximum number of decompressed bytes per packed byte. Gzip compresses GPX about thirtyfold.
const MAX_RATIO: u64 = 100;

/// Decompressed bytes allowed on top of the ratio for an archive on disk; an eighth of that for its members, and so on.
/// Several bombs next to each other therefore fit into the budget around them.
const MIN_BUDGET_BYTES: u64 = if cfg!(test) { 4 << 20 } else { 1 << 30 };

/// Binary digits by which the allowance decreases from an archive to its members.
const DECREASE: usize = 3;

/// Limit of decompressed bytes of a packed file, within the budget of the archive around it.
pub struct Budget {
    limit: u64,
    used: AtomicU64,
    outer: Option<Arc<Budget>>,
}

impl Budget {
    /// Budget for a file of `packed_bytes` within `depth` archives.
    pub fn new(packed_bytes: u64, depth: usize, outer: Option<Arc<Budget>>) -> Arc<Self> {
        let limit = packed_bytes.saturating_mul(MAX_RATIO).saturating_add(MIN_BUDGET_BYTES >> (DECREASE * depth));
        Arc::new(Self { limit, used: AtomicU64::new(0), outer })
    }

    /// Returns true once more than the limit was decompressed, budgets around this one not counted.
    pub fn is_exceeded(&self) -> bool {
        self.used.load(Ordering::Relaxed) > self.limit
    }

    /// Returns true once this budget or one around it is exceeded.
    pub fn is_exhausted(&self) -> bool {
        self.is_exceeded() || self.outer.as_ref().is_some_and(|outer| outer.is_exhausted())
    }

    fn spend(&self, bytes: u64) {
        self.used.fetch_add(bytes, Ordering::Relaxed);
        if let Some(outer) = &self.outer {
            outer.spend(bytes);
        }
    }
}

/// Reader whose bytes count against an optional budget.
pub struct Metered<R> {
    reader: R,
    budget: Option<Arc<Budget>>,
}

impl<R> Metered<R> {
    pub fn new(reader: R, budget: Option<Arc<Budget>>) -> Self {
        Self { reader, budget }
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(out)?;
        if let Some(budget) = &self.budget {
            budget.spend(count as u64);
            if budget.is_exhausted() {
                return Err(io::Error::other("more bytes are decompressed than the limit allows"));
            }
        }
        Ok(count)
    }
}
