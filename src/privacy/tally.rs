//! Sums over the activities of a map of what each zone and the trim hide.

use super::{Rule, Shares};

/// Effect of one rule on the activities of a map.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effect {
    /// Number of activities of which the rule hides a part, wholly hidden ones included.
    pub activities: u64,
    /// Number of these of which nothing is visible, on account of this rule and of others.
    pub hidden_activities: u64,
    /// Hidden length.
    pub centimetres: u64,
    /// Number of activities of which the rule hides a part and that are not drawn for another reason, such as a
    /// selection.
    pub other_activities: u64,
}

impl Effect {
    /// Returns true if the rule hides no part of any activity.
    pub fn is_none(&self) -> bool {
        self.activities + self.other_activities == 0
    }

    /// Returns kilometres rounded to one decimal.
    pub fn kilometres(&self) -> f64 {
        (self.centimetres as f64 / 1e4).round() / 10.0
    }
}

/// Effects of all rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// By index of the circle; zones without an effect may be absent.
    zones: Vec<Effect>,
    trim: Effect,
}

impl Tally {
    /// Adds an activity that is drawn.
    pub fn add_drawn(&mut self, shares: &Shares) {
        self.add(shares, |effect, centimetres| {
            effect.activities += 1;
            effect.centimetres += centimetres;
        });
    }

    /// Adds an activity of which nothing is visible.
    pub fn add_hidden(&mut self, shares: &Shares) {
        self.add_drawn(shares);
        self.add(shares, |effect, _| effect.hidden_activities += 1);
    }

    /// Adds an activity that is visible in part but not drawn.
    pub fn add_other(&mut self, shares: &Shares) {
        self.add(shares, |effect, _| effect.other_activities += 1);
    }

    /// Returns the effect of a rule.
    pub fn effect(&self, rule: Rule) -> Effect {
        match rule {
            Rule::Zone(index) => self.zones.get(index).copied().unwrap_or_default(),
            Rule::Trim => self.trim,
        }
    }

    fn add(&mut self, shares: &Shares, add: impl Fn(&mut Effect, u64)) {
        for (rule, centimetres) in shares.iter() {
            let effect = match rule {
                Rule::Zone(index) => {
                    self.zones.resize(self.zones.len().max(index + 1), Effect::default());
                    &mut self.zones[index]
                }
                Rule::Trim => &mut self.trim,
            };
            add(effect, centimetres);
        }
    }
}
