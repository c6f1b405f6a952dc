//! Progress bars on the terminal.

use std::fmt::Write;
use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::format::rate;
use crate::control::progress::Progress;

/// One bar per stage on stderr, with rate and remaining time. Draws nothing if stderr is no terminal.
pub struct Bars {
    quiet: bool,
    current: Mutex<ProgressBar>,
}

impl Bars {
    pub fn new(quiet: bool) -> Self {
        Self { quiet, current: Mutex::new(ProgressBar::hidden()) }
    }

    fn with<T>(&self, f: impl FnOnce(&mut ProgressBar) -> T) -> T {
        // A panic in another thread leaves a usable bar.
        f(&mut self.current.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }
}

impl Progress for Bars {
    fn begin(&self, stage: &str, steps: usize, unit: &'static str) {
        if self.quiet {
            return;
        }
        let style =
            format!("{{prefix:>9}} {{wide_bar}} {{human_pos}} of {{human_len}} {unit}  {{rate:>8}}  {{eta}} left");
        let style = ProgressStyle::with_template(&style).unwrap_or_else(|_| ProgressStyle::default_bar());
        let style = style.with_key("rate", |state: &ProgressState, out: &mut dyn Write| {
            // Drawing a bar must not fail the work.
            let _ = out.write_str(&rate(state.per_sec()));
        });
        let bar = ProgressBar::with_draw_target(Some(steps as u64), ProgressDrawTarget::stderr())
            .with_style(style.progress_chars("━╸─"))
            .with_prefix(stage.to_owned());
        self.with(|current| *current = bar);
    }

    fn step(&self) {
        self.with(|bar| bar.inc(1));
    }

    fn end(&self) {
        self.with(|bar| bar.finish_and_clear());
    }
}
