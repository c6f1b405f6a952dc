//! Names for the numbers of the FIT profile, from fitparser's tables.

use fitparser::profile::field_types::{File, GarminProduct, Manufacturer, Sport, SubSport};

/// Manufacturers that number their products in Garmin's list.
const GARMIN_PRODUCTS: [u16; 3] = [1, 13, 15];

/// `running`, `cycling/road`; `sport 250/251` for numbers that have no name, as a bare number is one of Strava's.
pub fn sport(sport: u8, sub_sport: Option<u8>) -> String {
    let name = match Sport::from(sport) {
        Sport::UnknownVariant(_) => format!("sport {sport}"),
        sport => sport.to_string(),
    };
    match sub_sport.filter(|sub| *sub != 0) {
        Some(sub) => format!("{name}/{}", known(SubSport::from(sub).to_string(), sub.into())),
        None => name,
    }
}

/// `garmin fenix3`, `zwift`, `suunto 34`.
pub fn device(manufacturer: u16, product: Option<u16>, product_name: Option<&str>) -> String {
    let maker = known(Manufacturer::from(manufacturer).to_string(), manufacturer);
    match (product_name, product) {
        (Some(name), _) => format!("{maker} {name}"),
        (None, Some(product)) if GARMIN_PRODUCTS.contains(&manufacturer) => {
            format!("{maker} {}", known(GarminProduct::from(product).to_string(), product))
        }
        (None, Some(product)) => format!("{maker} {product}"),
        (None, None) => maker,
    }
}

/// `settings`, `monitoring b`.
pub fn file_kind(kind: u8) -> String {
    known(File::from(kind).to_string(), kind.into()).replace('_', " ")
}

fn known(name: String, number: u16) -> String {
    if name.starts_with("unknown_variant") { number.to_string() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_without_one() {
        assert_eq!(sport(1, None), "running");
        assert_eq!(sport(1, Some(0)), "running");
        assert_eq!(sport(2, Some(7)), "cycling/road");
        assert_eq!(sport(250, Some(251)), "sport 250/251");
        assert_eq!(device(1, Some(2050), None), "garmin fenix3");
        assert_eq!(device(1, Some(65_000), None), "garmin 65000");
        assert_eq!(device(23, Some(34), None), "suunto 34");
        assert_eq!(device(64_000, None, Some("Bar 2")), "64000 Bar 2");
        assert_eq!(file_kind(32), "monitoring b");
        assert_eq!(file_kind(200), "200");
    }
}
