use super::*;
use proptest::prelude::*;
use std::collections::HashSet;

#[test]
fn no_word_number_or_stem_is_in_two_rows() {
    let (mut words, mut numbers, mut stems) = (HashMap::new(), HashSet::new(), HashSet::new());
    for row in ROWS {
        for word in [row.key, row.title].iter().chain(row.words) {
            let other = words.insert(letters(word), row.key).filter(|other| *other != row.key);
            assert_eq!(other, None, "{word} is {} too", row.key);
        }
        assert!(row.strava.is_none_or(|number| numbers.insert(number)), "{}", row.key);
        for stem in row.stems {
            assert_eq!(tokens(stem).join(" "), *stem, "{}", row.key);
            assert!(stems.insert(stem), "{stem}");
        }
    }
}

#[test]
fn every_row_is_found_by_all_that_it_states() {
    for row in ROWS {
        assert_eq!(tokens(row.key).join("-"), row.key);
        assert_eq!(letters(row.title), letters(row.key), "the title is the key as a phrase");
        assert!(ROWS.iter().any(|head| head.key == row.family && head.family == head.key), "{}", row.family);
        for word in [row.key, row.title].iter().chain(row.words) {
            assert_eq!(Sport::of(word).row, Some(row), "{word}");
        }
        for stem in row.stems {
            assert_eq!(broadly(stem).map(|row| row.key), Some(row.key), "a stem before it shadows {stem}");
        }
        if let Some(number) = row.strava {
            assert_eq!(Sport::of(&number.to_string()).row, Some(row));
        }
    }
}

#[test]
fn words_of_devices_services_and_languages_are_one_sport() {
    for (key, words) in [
        ("ride", &["Ride", "RIDE", "cycling", "Biking", "cycling/road", "cycling:road", "road_biking", "1"][..]),
        ("ride", &["cycling/generic", "Radfahrt", "Sortie à vélo", "Ciclismo", "Fietsrit", "bike tour", "bmx"]),
        ("e-bike-ride", &["E-Bike Ride", "e_bike_ride", "EBikeRide", "ebikeride", "e_biking", "E-Bike-Fahrt", "18"]),
        ("e-bike-ride", &["e_biking/e_bike_fitness", "e_biking/e_bike_mountain", "cycling/e_bike_fitness"]),
        ("e-bike-ride", &["EMountainBikeRide", "Sortie en vélo électrique"]),
        (
            "mountain-bike-ride",
            &["MountainBikeRide", "mountain_biking", "cycling/mountain", "Mountainbike-Fahrt", "vtt"],
        ),
        ("gravel-ride", &["Gravel Ride", "gravel_cycling", "cycling/gravel_cycling"]),
        (
            "virtual-ride",
            &["VirtualRide", "Virtuelle Radfahrt", "Sortie à vélo virtuelle", "cycling/virtual_activity", "17"],
        ),
        ("indoor-ride", &["indoor cycling", "cycling/indoor_cycling", "cycling/spin"]),
        ("handcycle", &["Handcycle", "cycling/hand_cycling", "51"]),
        ("run", &["Run", "running", "running/generic", "street_running", "Lauf", "Course à pied", "Hardlopen", "9"]),
        ("trail-run", &["Trail Run", "trail_running", "running/trail", "Trail"]),
        ("virtual-run", &["Virtual Run", "running/virtual_activity", "53"]),
        ("indoor-run", &["treadmill_running", "running/treadmill", "running/indoor_running"]),
        (
            "walk",
            &["walking", "casual_walking", "Spaziergang", "Wandeling", "Caminhada", "walking/indoor_walking", "10"],
        ),
        ("hike", &["Hiking", "Wanderung", "mountaineering", "4"]),
        ("swim", &["swimming/open_water", "lap_swimming", "Natation", "16"]),
        ("nordic-ski", &["NordicSki", "Langlauf", "cross_country_skiing/generic", "skate_skiing_ws", "7"]),
        ("backcountry-ski", &["Backcountry Ski", "alpine_skiing/backcountry", "Ski de randonnée", "Skitour", "3"]),
        ("alpine-ski", &["AlpineSki", "alpine_skiing/resort", "resort_skiing", "2"]),
        ("ski", &["Ski"]),
        ("snowboard", &["snowboarding/backcountry", "12"]),
        ("rowing", &["rowing", "rowing/generic", "23"]),
        ("horse-ride", &["horseback_riding"]),
        ("wheelchair", &["Wheelchair", "wheelchair_push_run", "52"]),
        ("transition", &["transition/run_to_bike_transition"]),
        ("walk", &["generic/casual_walking", "fitness_equipment/indoor_walking"]),
        ("ride", &["cycling/mixed_surface", " 1 "]),
        ("flight", &["hang_gliding", "paragliding/generic"]),
        ("other", &["Other", "generic", "generic/mixed_surface", "uncategorized", "course"]),
        ("", &["", "..."]),
        ("hike", &["Rando", "Randonnée", "rucking"]),
        ("kayaking", &["kayaking_v2"]),
        ("surfing", &["surfing_v2"]),
        ("snowshoe", &["snow_shoe_ws", "SnowShoe"]),
        ("backcountry-ski", &["backcountry_skiing_snowboarding_ws"]),
        ("nordic-ski", &["cross_country_skiing_ws"]),
        ("alpine-ski", &["resort_skiing_snowboarding_ws"]),
        ("e-bike-ride", &["e_bike_fitness", "e_bike_mountain"]),
        ("ride", &["cyclocross", "track_cycling", "recumbent_cycling"]),
        ("run", &["obstacle_run", "ultra_run"]),
        ("multisport", &["multi_sport"]),
        ("dive", &["single_gas_diving"]),
        ("fishing", &["fishing_v2"]),
        ("ws", &["ws", "WS"]),
        ("disc-golf", &["Disc_Golf", "disc golf", "disc-golf/generic"]),
        ("sport-250", &["sport 250/251"]),
        ("99", &["99"]),
        ("übung", &["Übung"]),
    ] {
        for word in words {
            assert_eq!(Sport::of(word).key(), key, "{word}");
        }
    }
}

#[test]
fn titles_are_for_reading() {
    for (word, title) in [("e_biking", "E-bike ride"), ("disc_golf", "Disc golf"), ("übung", "Übung"), ("", "")] {
        assert_eq!(Sport::of(word).title(), title);
    }
}

#[test]
fn settings_are_those_of_the_table_or_of_the_words() {
    for (word, is_indoor, is_virtual) in [
        ("cycling/indoor_cycling", true, false),
        ("spinning", true, false),
        ("walking/indoor_walking", true, false),
        ("indoor tennis", true, false),
        ("17", false, true),
        ("hiking/virtual_activity", false, true),
        ("Virtueller Lauf", false, true),
        ("training/strength_training", false, false),
        ("cycling", false, false),
        ("", false, false),
    ] {
        let sport = Sport::of(word);
        assert_eq!((sport.is_indoor(), sport.is_virtual()), (is_indoor, is_virtual), "{word}");
    }
}

#[test]
fn filters_take_names_families_and_parts_of_words() {
    for (wanted, yes, no) in [
        (
            "ride",
            &["cycling", "1", "mtb", "e_biking", "virtual ride", "gran fondo bike"][..],
            &["horseback_riding", "run"][..],
        ),
        ("cycling", &["biking", "mtb", "cycling/road"], &["motorcycling"]),
        ("run", &["9", "trail_running", "treadmill", "parkrun"], &["transition/run_to_bike_transition"]),
        ("ski", &["7", "snowboarding", "langlauf"], &["water_skiing"]),
        ("hike", &["mountaineering", "trekking"], &["walking"]),
        ("paddling", &["kayaking", "sup", "21"], &["rowing"]),
        ("e-bike", &["e_bike_ride", "ebikeride"], &["cycling"]),
        ("mountain bike ride", &["cycling/mountain"], &["cycling"]),
        ("mountain", &["cycling/mountain", "mtb", "mountaineering"], &["cycling"]),
        ("road", &["cycling/road", "road_biking"], &["cycling"]),
        ("cycling/road", &["cycling/road"], &["cycling", "cycling/mountain"]),
        ("golf", &["golf"], &["cycling"]),
        ("/", &["cycling/road"], &["cycling", ""]),
    ] {
        for (word, expected) in yes.iter().map(|word| (word, true)).chain(no.iter().map(|word| (word, false))) {
            assert_eq!(SportFilter::new(wanted).matches(word), expected, "{word} as {wanted}");
        }
    }
}

#[test]
fn speed_limits_follow_the_sport() {
    let limits = ["9", "running", "1", "16", "water_skiing", "train", "paragliding", "", "disc golf"];
    let limits = limits.map(|word| Sport::of(word).max_speed_mps());
    assert_eq!(limits, [16.0, 16.0, 42.0, 6.0, 60.0, 110.0, 350.0, 120.0, 120.0]);
}

proptest! {
    #[test]
    fn the_sport_of_a_key_is_itself(word in "\\PC{0,12}|[a-z/:_ -]{0,12}") {
        let sport = Sport::of(&word);
        let again = Sport::of(sport.key());
        prop_assert_eq!(again.key(), sport.key());
        prop_assert_eq!(sport.key().is_empty(), !word.to_lowercase().chars().any(char::is_alphanumeric));
    }

    #[test]
    fn case_and_separators_do_not_matter(words in prop::collection::vec("[a-zäöü]{1,6}", 1..4)) {
        let key = |separator: &str| Sport::of(&words.join(separator)).key().to_owned();
        let spaced = key(" ");
        prop_assert_eq!(&spaced, &key("_"));
        prop_assert_eq!(&spaced, &key(" - "));
        prop_assert_eq!(spaced, Sport::of(&words.join("-").to_uppercase()).key().to_owned());
    }
}

#[test]
fn a_remembered_sport_is_the_derived_one_and_few_words_are_remembered() {
    for word in (0..2 * MAX_MEMO_WORDS).map(|n| format!("word {n}")).chain(["Radfahrt".into(), "ride".into()]) {
        assert_eq!([Sport::of(&word), Sport::of(&word)], [Sport::derive(&word), Sport::derive(&word)]);
    }
    assert_eq!(MEMO.with_borrow(HashMap::len), MAX_MEMO_WORDS);
}
