//! What long work tells about itself, to whoever wants to show it.

/// Told about every step of long work. Called from any thread.
pub trait Progress: Sync {
    /// A stage begins: its name, how many steps it has, and what a step is (`files`, `tiles`).
    fn begin(&self, stage: &str, steps: usize, unit: &'static str);

    /// A step of the current stage is done.
    fn step(&self);

    /// The current stage is done.
    fn end(&self);
}

/// Tells nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _stage: &str, _steps: usize, _unit: &'static str) {}
    fn step(&self) {}
    fn end(&self) {}
}
