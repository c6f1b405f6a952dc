//! Sport of an activity: one name for all the words that files use for it.
//!
//! `cycling/road`, `Biking`, `ride`, `1` and `Radfahrt` in files are all a `ride`. An activity keeps the word of its
//! file; the sport is derived from the word on demand, so an improved table applies to activities that are already
//! stored.

mod suggest;
mod table;

pub use suggest::suggestion;

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::LazyLock;

use table::{ANY_SPEED, ON_FOOT, ROWS, Row, Setting};

/// Sport of an activity.
///
/// ```
/// use trailglow::activity::sport::Sport;
/// let keys = ["E-Bike Ride", "e_bike_ride", "e_biking", "18"].map(|word| Sport::of(word).key().to_owned());
/// assert_eq!(keys, ["e-bike-ride"; 4]);
/// assert_eq!(Sport::of("Disc_Golf").key(), "disc-golf");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Sport {
    row: Option<&'static Row>,
    key: Cow<'static, str>,
    setting: Setting,
}

/// Rows by the letters and digits of their keys, titles and words.
static BY_WORD: LazyLock<HashMap<String, &'static Row>> = LazyLock::new(|| {
    let words = |row: &'static Row| [row.key, row.title].into_iter().chain(row.words.iter().copied());
    ROWS.iter().flat_map(|row| words(row).map(move |word| (letters(word), row))).collect()
});

/// Maximum number of words with a remembered sport: a bound for hostile files.
const MAX_MEMO_WORDS: usize = 1000;

thread_local! {
    /// Sports by word. A library has few words and many activities, and a word that only a stem matches takes 5 µs.
    static MEMO: RefCell<HashMap<String, Sport>> = RefCell::default();
}

impl Sport {
    /// Sport of a file's word; the key is empty if the word is empty.
    ///
    /// Order of precedence: a word or number of the table; the part before `/` or `:` (`cycling/road`); a stem of the
    /// table. An unknown word is a sport of its own, in kebab case. Every number is read as one of Strava's, regardless
    /// of the creator of the file: tools that copy Strava's files keep the number and replace the creator, and no other
    /// numbering of `<type>` is known.
    pub fn of(word: &str) -> Self {
        MEMO.with_borrow_mut(|memo| {
            if let Some(sport) = memo.get(word) {
                return sport.clone();
            }
            let sport = Self::derive(word);
            if memo.len() < MAX_MEMO_WORDS {
                memo.insert(word.to_owned(), sport.clone());
            }
            sport
        })
    }

    fn derive(word: &str) -> Self {
        let word = &*without_version(word);
        let setting = setting(word);
        let row = named(word).or_else(|| numbered(word)).or_else(|| Some(broadly(word)?.in_setting(setting)));
        let key = row.map_or_else(|| Cow::Owned(unknown(word)), |row| Cow::Borrowed(row.key));
        let own = row.map_or(Setting::Outdoors, |row| row.setting);
        Self { row, key, setting: if own == Setting::Outdoors { setting } else { own } }
    }

    /// Name in filters and JSON, in kebab case.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Name in lists; for an unknown sport, the key as a phrase.
    pub fn title(&self) -> Cow<'_, str> {
        match self.row {
            Some(row) => row.title.into(),
            None => {
                let mut letters = self.key.chars();
                let first = letters.next().into_iter().flat_map(char::to_uppercase);
                first.chain(letters.map(|c| if c == '-' { ' ' } else { c })).collect()
            }
        }
    }

    /// Returns true for one sport, and for kinds of one general sport, such as road and gravel rides.
    pub fn is_related(&self, other: &Self) -> bool {
        match (self.row, other.row) {
            (Some(row), Some(other)) => row.family == other.family,
            _ => self.key == other.key && !self.key.is_empty(),
        }
    }

    /// Returns true if the table has the sport.
    pub fn is_known(&self) -> bool {
        self.row.is_some()
    }

    /// Returns true if the sport takes place under a roof.
    pub fn is_indoor(&self) -> bool {
        self.setting == Setting::Indoors
    }

    /// Returns true if the sport takes place on a screen, away from the recorded place.
    pub fn is_virtual(&self) -> bool {
        self.setting == Setting::Virtual
    }

    /// Returns true if people walk or run.
    pub fn is_on_foot(&self) -> bool {
        self.row.is_some_and(|row| row.max_speed_mps == ON_FOOT)
    }

    /// Speed in metres per second above which a step is impossible.
    pub fn max_speed_mps(&self) -> f64 {
        self.row.map_or(ANY_SPEED, |row| row.max_speed_mps)
    }
}

/// Condition on the sport, from what the user wants in lower case: any word or number for a sport, where a general
/// sport such as `ride` includes all its kinds; `unknown` for activities without a sport; or else a part of the file's
/// word or of the sport's name.
///
/// ```
/// use trailglow::activity::sport::SportFilter;
/// let is_sport = |word: &str, wanted: &str| SportFilter::new(wanted).matches(word);
/// assert!(is_sport("cycling/road", "ride") && is_sport("e_biking", "ride") && is_sport("biking", "cycling"));
/// assert!(is_sport("cycling/road", "road") && is_sport("mtb", "mountain") && !is_sport("running", "ride"));
/// assert!(is_sport("gravel", "radfahrt") && is_sport("ride", "1") && !is_sport("10", "1"));
/// ```
#[derive(Clone, Debug)]
pub struct SportFilter {
    wanted: String,
    /// Letters and digits of `wanted`.
    part: String,
    row: Option<&'static Row>,
}

impl SportFilter {
    #[expect(missing_docs, reason = "the name says it")]
    pub fn new(wanted: &str) -> Self {
        // A word such as `cycling/road` is narrower than its sport.
        let by_stem = || Some(wanted).filter(|wanted| !wanted.contains(['/', ':'])).and_then(stemmed);
        let row = named(wanted).or_else(|| numbered(wanted)).or_else(by_stem);
        Self { wanted: wanted.to_owned(), part: letters(wanted), row }
    }

    /// Returns true if a file's word satisfies the condition.
    pub fn matches(&self, word: &str) -> bool {
        let (sport, part) = (Sport::of(word), &*self.part);
        if let (Some(row), Some(wanted)) = (sport.row, self.row) {
            return row == wanted || row.family == wanted.key;
        }
        if part.is_empty() {
            return word.contains(&self.wanted);
        }
        if part.bytes().all(|c| c.is_ascii_digit()) {
            return word == self.wanted;
        }
        if sport.key.is_empty() {
            return part == "unknown";
        }
        word.contains(&self.wanted) || [word, &sport.key].iter().any(|text| letters(text).contains(part))
    }
}

impl Row {
    /// Row of the same family in a setting; the row itself outdoors, or if the family has no such row.
    fn in_setting(&'static self, setting: Setting) -> &'static Self {
        let fits = |row: &&Self| row.family == self.family && row.setting == setting;
        if setting == Setting::Outdoors { self } else { ROWS.iter().find(fits).unwrap_or(self) }
    }
}

/// Row with the word.
fn named(word: &str) -> Option<&'static Row> {
    BY_WORD.get(&letters(word)).copied()
}

/// Row with the Strava number.
fn numbered(word: &str) -> Option<&'static Row> {
    let number = unknown(word).parse().ok()?;
    ROWS.iter().find(|row| row.strava == Some(number))
}

/// Keys of sports less specific than the part after the slash, as in `fitness_equipment/indoor_walking`.
const VAGUE: [&str; 2] = ["other", "workout"];

/// Row with a stem at the beginning of a word of the text.
fn stemmed(text: &str) -> Option<&'static Row> {
    let begins = |text: &str, stem: &str| text.match_indices(stem).any(|(at, _)| at == 0 || text[..at].ends_with(' '));
    let text = tokens(text).join(" ");
    ROWS.iter().find(|row| row.stems.iter().any(|stem| begins(&text, stem)))
}

/// Row of the part before `/` or `:`, or of a stem.
fn broadly(word: &str) -> Option<&'static Row> {
    let general = named(general(word));
    general.filter(|row| !VAGUE.contains(&row.key)).or_else(|| stemmed(word)).or(general)
}

/// Word without the suffix of Garmin's types of activities, as in `kayaking_v2` and `snow_shoe_ws`.
fn without_version(word: &str) -> Cow<'_, str> {
    const SUFFIXES: [&str; 2] = ["v2", "ws"];
    let mut tokens = tokens(word);
    let length = tokens.len() - tokens.iter().rev().take_while(|token| SUFFIXES.contains(&&***token)).count();
    if length == 0 || length == tokens.len() {
        return word.into();
    }
    tokens.truncate(length);
    tokens.join(" ").into()
}

/// Part of a word before `/` or `:`, as in `cycling/road`.
fn general(word: &str) -> &str {
    word.split(['/', ':']).next().unwrap_or_default()
}

fn unknown(word: &str) -> String {
    let general = tokens(general(word));
    if general.is_empty() { tokens(word).join("-") } else { general.join("-") }
}

fn setting(word: &str) -> Setting {
    const VIRTUAL: &[&str] = &["virtual", "virtue"];
    const INDOORS: &[&str] = &["indoor", "treadmill", "trainer", "spin"];
    let word = word.to_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| word.contains(part));
    match () {
        () if has(VIRTUAL) => Setting::Virtual,
        () if has(INDOORS) => Setting::Indoors,
        () => Setting::Outdoors,
    }
}

/// Runs of letters and digits, in lower case.
fn tokens(word: &str) -> Vec<String> {
    let word = word.to_lowercase();
    word.split(|c: char| !c.is_alphanumeric()).filter(|token| !token.is_empty()).map(str::to_owned).collect()
}

/// Letters and digits alone, in lower case: equal for `E-Bike Ride`, `e_bike_ride` and `EBikeRide`.
fn letters(word: &str) -> String {
    word.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests;
