//! The time.

use std::path::PathBuf;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use domain::ports::Clock;

/// The machine's clock, to the millisecond; with a file, moved by the seconds that stand in it.
pub struct SystemClock {
    pub offset_file: Option<PathBuf>,
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the home of the time")]
    fn now(&self) -> DateTime<Utc> {
        let offset = self
            .offset_file
            .as_ref()
            .and_then(|file| std::fs::read_to_string(file).ok())
            .and_then(|text| text.trim().parse().ok())
            .unwrap_or_default();
        Utc::now().trunc_subsecs(3) + TimeDelta::seconds(offset)
    }
}
