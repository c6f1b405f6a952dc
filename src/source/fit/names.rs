//! Names of FIT profile numbers, from fitparser's tables.

use fitparser::profile::field_types::{File, GarminProduct, Manufacturer, Sport, SubSport};

/// Manufacturers that use Garmin's product numbers.
const GARMIN_PRODUCTS: [u16; 3] = [1, 13, 15];

/// `running`, `cycling/road`; `sport 250/251` for numbers without a name, because a bare number would be read as one of
/// Strava's.
pub fn sport(sport: u8, sub_sport: Option<u8>) -> String {
    let name = match Sport::from(sport) {
        Sport::UnknownVariant(_) => format!("sport {sport}"),
        sport => sport.to_string(),
    };
    match sub_sport.filter(|sub| *sub != 0) {
        Some(sub) => format!("{name}/{}", name_or_number(SubSport::from(sub).to_string(), sub.into())),
        None => name,
    }
}

/// `garmin fenix3`, `zwift`, `suunto 34`.
pub fn device(manufacturer: u16, product: Option<u16>, product_name: Option<&str>) -> String {
    let manufacturer_name = name_or_number(Manufacturer::from(manufacturer).to_string(), manufacturer);
    match (product_name, product) {
        (Some(name), _) => format!("{manufacturer_name} {name}"),
        (None, Some(product)) if GARMIN_PRODUCTS.contains(&manufacturer) => {
            format!("{manufacturer_name} {}", name_or_number(GarminProduct::from(product).to_string(), product))
        }
        (None, Some(product)) => format!("{manufacturer_name} {product}"),
        (None, None) => manufacturer_name,
    }
}

/// `settings`, `monitoring b`.
pub fn file_type(file_type: u8) -> String {
    name_or_number(File::from(file_type).to_string(), file_type.into()).replace('_', " ")
}

fn name_or_number(name: String, number: u16) -> String {
    if name.starts_with("unknown_variant") { number.to_string() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_without_name_are_kept() {
        assert_eq!(sport(1, None), "running");
        assert_eq!(sport(1, Some(0)), "running");
        assert_eq!(sport(2, Some(7)), "cycling/road");
        assert_eq!(sport(250, Some(251)), "sport 250/251");
        assert_eq!(device(1, Some(2050), None), "garmin fenix3");
        assert_eq!(device(1, Some(65_000), None), "garmin 65000");
        assert_eq!(device(23, Some(34), None), "suunto 34");
        assert_eq!(device(64_000, None, Some("Bar 2")), "64000 Bar 2");
        assert_eq!(file_type(32), "monitoring b");
        assert_eq!(file_type(200), "200");
    }
}
