//! The values of many activities, field by field, so that a condition is evaluated for all activities at once.

use std::borrow::Cow;
use std::collections::HashMap;

use fixedbitset::FixedBitSet;
use rayon::prelude::*;

use super::expression::Key;
use super::field::Values;
use super::moment::Moment;
use super::origin::Origin;
use crate::activity::local_time::local_start_ms;
use crate::activity::sport::Sport;
use crate::activity::summary::Summary;
use crate::engine::geometry::extent::Extent;
use crate::engine::geometry::mercator::CanvasPosition;

/// An activity that a selection judges.
pub trait Subject: Sync {
    #[expect(missing_docs, reason = "the name says it")]
    fn summary(&self) -> &Summary;

    /// Its file and the files of its copies: a condition on the file holds if one of them fulfils it.
    fn origins(&self) -> Vec<&Origin>;
}

/// Values of some fields of all activities.
#[derive(Debug)]
pub struct Columns {
    /// Number of activities.
    pub len: usize,
    columns: Vec<(Key, Column)>,
}

/// Values of one field by index of the activity.
#[derive(Debug)]
pub enum Column {
    /// Set where the flag is set.
    Flags(FixedBitSet),
    /// NaN if missing.
    Numbers(Vec<f64>),
    /// [`MISSING`] if missing.
    Whole(Vec<i32>),
    /// Any number of texts.
    Texts(Texts),
    /// Bounding boxes.
    Extents(Vec<Extent>),
    /// First positions.
    Starts(Vec<CanvasPosition>),
}

/// Row of the equator on the canvas.
const EQUATOR: u32 = 1 << 31;

/// Missing value of a column of whole numbers.
pub const MISSING: i32 = i32::MIN;

/// Texts up to which a repeated text is recognized. Where texts are so different, most are of one activity.
const MAX_KNOWN_TEXTS: usize = 4096;

/// Any number of texts of each activity. Few different texts are stored once each.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    /// The texts; beyond [`MAX_KNOWN_TEXTS`], new ones possibly several times.
    pub stored: Vec<String>,
    /// Indices into `stored`, activity after activity.
    indices: Vec<u32>,
    /// End of each activity in `indices`.
    ends: Vec<u32>,
}

impl Texts {
    fn new<'a>(texts_by_activity: impl Iterator<Item = impl IntoIterator<Item = Cow<'a, str>>>) -> Self {
        let (mut texts, mut known) = (Self::default(), HashMap::new());
        for activity in texts_by_activity {
            for text in activity {
                let mut add = |text: &Cow<str>| {
                    texts.stored.push(text.clone().into_owned());
                    texts.stored.len() as u32 - 1
                };
                let index = match known.get(&text) {
                    Some(index) => *index,
                    None if known.len() >= MAX_KNOWN_TEXTS => add(&text),
                    None => *known.entry(text).or_insert_with_key(add),
                };
                texts.indices.push(index);
            }
            texts.ends.push(texts.indices.len() as u32);
        }
        texts
    }

    fn of_sports<S: Subject>(subjects: &[S]) -> Self {
        Self::new(subjects.iter().map(|subject| Some(Cow::Borrowed(&*subject.summary().sport))))
    }

    /// Activities with a text for which `holds` is true; asks once for each text that is stored.
    pub fn with_any(&self, holds: impl Fn(&str) -> bool) -> FixedBitSet {
        let held: Vec<bool> = self.stored.iter().map(|text| holds(text)).collect();
        let is_held = |indices: &[u32]| indices.iter().any(|index| held[*index as usize]);
        let mut set = FixedBitSet::with_capacity(self.ends.len());
        self.by_activity().enumerate().filter(|(_, indices)| is_held(indices)).for_each(|(index, _)| set.insert(index));
        set
    }

    /// Indices of the texts of each activity.
    pub fn by_activity(&self) -> impl Iterator<Item = &[u32]> {
        let starts = std::iter::once(&0).chain(&self.ends);
        starts.zip(&self.ends).map(|(start, end)| &self.indices[*start as usize..*end as usize])
    }
}

impl Columns {
    /// Columns of the fields that `keys` name, possibly several times.
    pub fn new<S: Subject>(subjects: &[S], keys: impl IntoIterator<Item = Key>) -> Self {
        let mut all = Self { len: subjects.len(), columns: Vec::new() };
        let mut shared = Shared { sports: None, moments: [None, None] };
        for key in keys {
            if all.get(key).is_none() {
                all.columns.push((key, Column::new(subjects, key, &mut shared)));
            }
        }
        all
    }

    /// Column of a field; `None` if it was not wanted.
    pub fn get(&self, key: Key) -> Option<&Column> {
        self.columns.iter().find(|(other, _)| *other == key).map(|(_, column)| column)
    }
}

/// Values from which several columns are made.
struct Shared {
    sports: Option<Texts>,
    /// Starts in local time and in UTC.
    moments: [Option<Vec<Option<Moment>>>; 2],
}

impl Column {
    fn new<S: Subject>(subjects: &[S], key: Key, shared: &mut Shared) -> Self {
        let summaries = || subjects.iter().map(Subject::summary);
        match key.field.values {
            Values::Flag(is_set) => Self::Flags(bits(summaries().map(is_set))),
            Values::CostlyFlag(is_set) => {
                let flags: Vec<bool> = subjects.par_iter().map(|subject| is_set(subject.summary())).collect();
                Self::Flags(bits(flags.into_iter()))
            }
            Values::Sport => Self::Texts(shared.sports.get_or_insert_with(|| Texts::of_sports(subjects)).clone()),
            Values::SportFlag(is_set) => {
                let sports = shared.sports.get_or_insert_with(|| Texts::of_sports(subjects));
                Self::Flags(sports.with_any(|word| is_set(&Sport::of(word))))
            }
            Values::Number(number) => {
                Self::Numbers(summaries().map(|summary| number(summary).unwrap_or(f64::NAN)).collect())
            }
            Values::Whole(part) => {
                let moments = shared.moments[usize::from(key.utc)].get_or_insert_with(|| moments_of(subjects, key.utc));
                Self::Whole(moments.iter().map(|moment| moment.map_or(MISSING, part)).collect())
            }
            Values::Text(text) => Self::Texts(Texts::new(summaries().map(|summary| text(summary).map(Cow::Borrowed)))),
            Values::FileTexts(texts) => Self::Texts(Texts::new(
                subjects.iter().map(|subject| subject.origins().into_iter().flat_map(texts).collect::<Vec<_>>()),
            )),
            Values::Extent => Self::Extents(summaries().map(|summary| summary.extent).collect()),
            Values::Start => Self::Starts(summaries().map(|summary| summary.start).collect()),
        }
    }
}

/// Starts on the local clocks or in UTC.
fn moments_of<S: Subject>(subjects: &[S], utc: bool) -> Vec<Option<Moment>> {
    let moment = |summary: &Summary| {
        let ms = if utc { summary.start_ms } else { local_start_ms(summary) };
        Some(Moment { ms: ms?, is_southern: summary.start[1] > EQUATOR })
    };
    subjects.iter().map(|subject| moment(subject.summary())).collect()
}

/// Set of the indices at which an iterator yields true.
pub fn bits(flags: impl ExactSizeIterator<Item = bool>) -> FixedBitSet {
    let mut set = FixedBitSet::with_capacity(flags.len());
    flags.enumerate().filter(|(_, flag)| *flag).for_each(|(index, _)| set.insert(index));
    set
}
