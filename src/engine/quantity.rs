//! Quantities that are measured along lines, for layers of means.
//!
//! A line carries, for each edge, integrals over its length: the length on which a quantity is known, and each of its
//! values times this length. The mean of any part of a line is a quotient of sums of these integrals, so leaving out
//! vertices changes no mean. Values are [shares](Scale::share) of a scale, 0 to 1, so that all have one exact sum.

/// A quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// Moving speed in m/s.
    Speed,
    /// Heart rate in beats per minute.
    HeartRate,
    /// Elevation in m above sea level.
    Elevation,
    /// Slope, as metres up and metres down for each metre of the way: two values.
    Slope,
}

/// Scale of the values of a quantity.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the field names say it")]
pub struct Scale {
    pub least: f32,
    pub most: f32,
    /// A difference that is just visible on a map. Decides which vertices a simplification keeps.
    pub visible: f32,
}

/// All quantities, in the order of their columns.
pub const QUANTITIES: [Quantity; 4] = [Quantity::Speed, Quantity::HeartRate, Quantity::Elevation, Quantity::Slope];

/// Largest number of values of a quantity.
pub const MAX_VALUES: usize = 2;

/// Number of columns of all quantities: of each a length and its values.
pub const COLUMNS: usize = 9;

/// Integrals over an edge, for all quantities: the length in canvas units on which the quantity is known, and for each
/// value this length times the share.
pub type Integrals = [f32; COLUMNS];

impl Quantity {
    /// Scale of the values.
    pub const fn scale(self) -> Scale {
        match self {
            Self::Speed => Scale { least: 0.0, most: 64.0, visible: 0.3 },
            Self::HeartRate => Scale { least: 0.0, most: 256.0, visible: 2.5 },
            Self::Elevation => Scale { least: -512.0, most: 15_872.0, visible: 5.0 },
            Self::Slope => Scale { least: 0.0, most: 1.0, visible: 0.005 },
        }
    }

    /// Number of values.
    pub const fn values(self) -> usize {
        match self {
            Self::Speed | Self::HeartRate | Self::Elevation => 1,
            Self::Slope => 2,
        }
    }

    /// Number of columns: a length and the values.
    pub const fn columns(self) -> usize {
        1 + self.values()
    }

    /// First column in [`Integrals`].
    pub const fn first_column(self) -> usize {
        match self {
            Self::Speed => 0,
            Self::HeartRate => 2,
            Self::Elevation => 4,
            Self::Slope => 6,
        }
    }

    /// Columns in [`Integrals`].
    pub const fn column_range(self) -> std::ops::Range<usize> {
        self.first_column()..self.first_column() + self.columns()
    }
}

impl Scale {
    /// Share of a value, 0 to 1.
    pub fn share(self, value: f32) -> f32 {
        ((value - self.least) / (self.most - self.least)).clamp(0.0, 1.0)
    }

    /// Value of a share.
    pub fn value(self, share: f32) -> f32 {
        self.least + share * (self.most - self.least)
    }
}

/// A set of quantities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QuantitySet(u8);

impl QuantitySet {
    /// All quantities.
    pub const ALL: Self = Self((1 << QUANTITIES.len()) - 1);

    #[expect(missing_docs, reason = "the name says it")]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    #[expect(missing_docs, reason = "the name says it")]
    pub fn contains(self, quantity: Quantity) -> bool {
        self.0 >> quantity as u8 & 1 == 1
    }

    /// Adds a quantity.
    #[inline]
    pub fn insert(&mut self, quantity: Quantity) {
        self.0 |= 1 << quantity as u8;
    }

    /// The quantities, in the order of their columns.
    pub fn iter(self) -> impl Iterator<Item = Quantity> {
        QUANTITIES.into_iter().filter(move |quantity| self.contains(*quantity))
    }

    /// Number of columns of all quantities of the set.
    pub fn columns(self) -> usize {
        self.iter().map(Quantity::columns).sum()
    }

    /// First column of a quantity among the columns of the set; `None` if the set lacks the quantity.
    pub fn first_column(self, quantity: Quantity) -> Option<usize> {
        let before = self.iter().take_while(|other| *other != quantity).map(Quantity::columns).sum();
        self.contains(quantity).then_some(before)
    }
}

impl FromIterator<Quantity> for QuantitySet {
    fn from_iter<I: IntoIterator<Item = Quantity>>(quantities: I) -> Self {
        Self(quantities.into_iter().fold(0, |bits, quantity| bits | 1 << quantity as u8))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_follow_each_other() {
        let mut next = 0;
        for quantity in QUANTITIES {
            assert_eq!(quantity.column_range(), next..next + 1 + quantity.values());
            assert_eq!(QuantitySet::ALL.first_column(quantity), Some(next));
            assert!(quantity.values() <= MAX_VALUES);
            next += quantity.columns();
        }
        assert_eq!((next, QuantitySet::ALL.columns()), (COLUMNS, COLUMNS));
        let some: QuantitySet = [Quantity::Slope, Quantity::HeartRate].into_iter().collect();
        let found = QUANTITIES.map(|quantity| some.first_column(quantity));
        assert_eq!((found, some.columns()), ([None, Some(0), None, Some(2)], 5));
        assert!(QuantitySet::default().is_empty() && !some.is_empty());
    }

    #[test]
    fn shares_are_of_the_scale() {
        for scale in QUANTITIES.map(Quantity::scale) {
            let shares = [scale.least, scale.most, scale.least - 1.0, scale.most + 1.0].map(|value| scale.share(value));
            assert_eq!(shares, [0.0, 1.0, 0.0, 1.0]);
            assert_eq!(scale.value(scale.share(0.25)), 0.25);
        }
    }
}
