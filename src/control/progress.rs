//! Progress reporting.

/// Receiver of progress events, called from any thread.
pub trait Progress: Sync {
    /// Begins a stage of `steps` steps; `unit` is the plural noun of a step (`files`, `tiles`).
    fn begin(&self, stage: &str, steps: usize, unit: &'static str);

    /// Reports one finished step of the current stage.
    fn step(&self);

    /// Ends the current stage.
    fn end(&self);
}

/// Receiver that ignores all events.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _stage: &str, _steps: usize, _unit: &'static str) {}
    fn step(&self) {}
    fn end(&self) {}
}
