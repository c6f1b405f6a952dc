//! The activities of a map. Each file is read, reduced to its visible part and prepared; all files together are
//! searched for copies, filtered by the selection, sorted and added up.

mod assemble;
pub mod copies;
mod crop;
mod day_range;
mod drawings;
mod focus;
mod integrals;
pub mod new_roads;
mod prepared;
mod read;
mod report;
mod totals;
mod traits;
mod unit;
mod value_range;
pub mod visible;
mod visited_cells;

pub use assemble::{Collection, Variant, assemble};
pub use day_range::DayRange;
pub use drawings::{MapLayer, Meaning, fixed_classes};
pub use prepared::{Invisible, PrepareOptions, Prepared, ReadFile};
pub use read::{nothing_left, read};
pub use report::InputReport;
pub use totals::Totals;
pub use traits::{Need, Traits, newest_day};
pub use unit::{Unit, UnitSystem};
pub use value_range::ValueRange;
