//! Sentences: conditions as text, such as `sport in [ride, run] and distance > 20km and not commute`.
//!
//! ```text
//! sentence   = all { "or" all }
//! all        = part { "and" part }
//! part       = "not" part | "(" sentence ")" | test
//! test       = flag [ ( "=" | "!=" ) ( "yes" | "no" | "any" ) ] | "has" field
//!            | field ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) value
//!            | field [ "not" ] "in" range | field [ "not" ] "in" "[" range { "," range } "]"
//!            | field [ "not" ] "like" text | field [ "not" ] "like" "[" text { "," text } "]"
//!            | "box" "touches" west "," south "," east "," north
//!            | "start" "within" length "of" ( "home" | latitude "," longitude )
//! range      = value [ ".." value ]
//! ```
//!
//! `not` binds tightest, then `and`, then `or`. Texts that are no single word stand in quotes; a backslash makes the
//! next letter part of the text. [`FIELDS`](super::FIELDS) lists the fields. Printing a condition and parsing
//! the text gives the same condition.

mod comparison;
mod error;
mod parse;
mod print;
mod token;
mod value;

pub use error::SentenceError;
pub use parse::parse;
