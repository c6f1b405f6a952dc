//! Table of sports: the words, numbers and stems that denote each sport, and the properties of the sport.

/// Place of a sport.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Setting {
    Outdoors,
    Indoors,
    /// On a screen, away from the recorded place.
    Virtual,
}

/// One sport.
#[derive(Debug, PartialEq)]
pub(super) struct Row {
    /// Name in filters and JSON, in kebab case.
    pub key: &'static str,
    /// Name in lists.
    pub title: &'static str,
    /// Key of the general sport; a filter by that key includes this sport.
    pub family: &'static str,
    pub setting: Setting,
    /// Speed in metres per second above which a step is impossible.
    pub max_speed_mps: f64,
    /// Strava's number of the sport.
    pub strava: Option<u8>,
    /// Synonyms of the key and the title, in files and in filters. Case and separators do not matter.
    pub words: &'static [&'static str],
    /// Beginnings of words for the sport in files: in English, German, Spanish, French, Italian, Dutch and Portuguese,
    /// in lower case, with one space between words. If stems of several rows match, the first row counts.
    pub stems: &'static [&'static str],
}

impl Row {
    const fn new(family: &'static str, max_speed_mps: f64, key: &'static str, title: &'static str) -> Self {
        Self { key, title, family, setting: Setting::Outdoors, max_speed_mps, strava: None, words: &[], stems: &[] }
    }

    const fn strava(self, number: u8) -> Self {
        Self { strava: Some(number), ..self }
    }

    const fn setting(self, setting: Setting) -> Self {
        Self { setting, ..self }
    }

    const fn words(self, words: &'static [&'static str]) -> Self {
        Self { words, ..self }
    }

    const fn stems(self, stems: &'static [&'static str]) -> Self {
        Self { stems, ..self }
    }
}

/// Speed limit in metres per second of unknown sports, and of sports without a lower limit.
pub(super) const ANY_SPEED: f64 = 120.0;
pub(super) const ON_FOOT: f64 = 16.0;
const ON_BIKE: f64 = 42.0;
const ON_SNOW: f64 = 60.0;
const ON_ROAD: f64 = 110.0;

/// GPX files downloaded one by one from Strava until about 2022 have Strava's number of the sport as `<type>`. Strava
/// does not document the numbers; the list is
/// <https://stackoverflow.com/questions/61903437/what-do-the-strava-gpx-type-type-elements-mean>.
#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    Row::new("swim", 6.0, "swim", "Swim").strava(16).words(&["swimming", "open water swimming", "lap swimming", "pool swimming"])
        .stems(&["swim", "schwimm", "nata", "nuoto", "zwem"]),

    Row::new("ski", ON_SNOW, "roller-ski", "Roller ski").strava(8).words(&["roller skiing"])
        .stems(&["roller ski", "rollerski", "rollski"]),
    Row::new("ski", ON_SNOW, "backcountry-ski", "Backcountry ski").strava(3)
        .words(&["backcountry skiing", "ski touring", "skimo", "alpine_skiing/backcountry"])
        .stems(&["backcountry ski", "ski tour", "skitour", "ski de rando", "sci alpinismo", "scialpin", "esquí de trav",
            "toerski"]),
    Row::new("ski", ON_SNOW, "alpine-ski", "Alpine ski").strava(2)
        .words(&["alpine skiing", "downhill skiing", "resort skiing"])
        .stems(&["alpine ski", "alpin ski", "downhill ski", "resort ski", "ski alpin", "sci alpino", "esquí alpino"]),
    Row::new("ski", ON_SNOW, "nordic-ski", "Nordic ski").strava(7)
        .words(&["nordic skiing", "cross country skiing", "cross country ski", "xc skiing", "skate skiing"])
        .stems(&["nordic ski", "cross country ski", "xc ski", "skate ski", "langlauf", "ski de fond", "ski nord",
            "sci di fondo", "sci nord", "esquí de fondo", "esquí nórd"]),
    Row::new("ski", ON_SNOW, "snowboard", "Snowboard").strava(12).words(&["snowboarding"]).stems(&["snowboard"]),
    Row::new("skate", ANY_SPEED, "ice-skate", "Ice skate").strava(5).words(&["ice skating"])
        .stems(&["ice skat", "eislauf", "eisschnell", "schaats"]),
    Row::new("skate", ANY_SPEED, "inline-skate", "Inline skate").strava(6)
        .words(&["inline skating", "rollerblading"]).stems(&["inline"]),
    Row::new("skate", ANY_SPEED, "skate", "Skate").words(&["skating", "roller skating"])
        .stems(&["skat", "patin", "pattin"]),
    Row::new("snowshoe", ON_FOOT, "snowshoe", "Snowshoe").strava(13).words(&["snowshoeing"])
        .stems(&["snowshoe", "schneeschuh", "raquette", "ciaspol"]),
    Row::new("water-ski", ON_SNOW, "water-ski", "Water ski").words(&["water skiing"]),
    Row::new("boat", ANY_SPEED, "boat", "Boat")
        .words(&["boating", "motorboat", "motor boating", "ferry", "jet ski", "jet skiing"]),
    Row::new("ski", ON_SNOW, "ski", "Ski").words(&["skiing"]).stems(&["ski", "esqu", "sci"]),
    Row::new("sled", ON_SNOW, "sled", "Sled").words(&["sledding", "sledging", "luge"]).stems(&["sled"]),

    Row::new("hike", ON_FOOT, "hike", "Hike").strava(4).words(&["hiking", "trekking", "rando", "rucking"])
        .stems(&["hik", "trek", "mountaineer", "wander", "hochtour", "bergtour", "bergsteig", "randonn", "sender",
            "escursion", "trilha", "alpine tour", "alpinetour"]),
    Row::new("wheelchair", ON_BIKE, "wheelchair", "Wheelchair").strava(52)
        .words(&["wheelchair push walk", "wheelchair push run"])
        .stems(&["wheelchair", "rollstuhl", "rolstoel", "fauteuil roulant", "silla de ruedas"]),
    Row::new("walk", ON_FOOT, "walk", "Walk").strava(10).words(&["walking"])
        .stems(&["walk", "spazier", "gehen", "marche", "caminata", "caminad", "caminhad", "camminat", "passeggi",
            "wandel"]),
    Row::new("run", ON_FOOT, "virtual-run", "Virtual run").setting(Setting::Virtual).strava(53)
        .words(&["virtual running"]),
    Row::new("run", ON_FOOT, "indoor-run", "Indoor run").setting(Setting::Indoors)
        .words(&["indoor running", "treadmill", "treadmill run", "treadmill running", "fitness_equipment/treadmill",
            "fitness_equipment/indoor_running"]),
    Row::new("run", ON_FOOT, "trail-run", "Trail run").words(&["trail running", "running/trail", "trail"])
        .stems(&["trail"]),
    Row::new("run", ON_FOOT, "run", "Run").strava(9).words(&["running", "jogging"])
        .stems(&["run", "jog", "lauf", "course à", "course v", "carrera", "corsa", "corrida", "hardlo"]),

    Row::new("horse-ride", ON_BIKE, "horse-ride", "Horse ride")
        .words(&["horseback riding", "horse riding", "equestrian", "reiten"]).stems(&["horse"]),
    Row::new("drive", ON_ROAD, "motorcycle", "Motorcycle").words(&["motorcycling", "motorbike"]).stems(&["motorcyc", "motorbik", "motorrad"]),
    Row::new("train", ON_ROAD, "train", "Train").words(&["train ride", "rail", "railway", "subway"]),
    Row::new("drive", ON_ROAD, "drive", "Drive")
        .words(&["driving", "car", "car ride", "bus", "bus ride", "transport", "transportation"]).stems(&["driv", "motor"]),
    Row::new("flight", 350.0, "flight", "Flight").words(&["flying", "fly", "airplane", "plane", "hang gliding", "paragliding"])
        .stems(&["flying", "flight", "glid", "paraglid", "parapent", "gleitschirm"]),

    Row::new("ride", ON_BIKE, "virtual-ride", "Virtual ride").setting(Setting::Virtual).strava(17)
        .words(&["virtual cycling", "virtual bike ride"]),
    Row::new("ride", ON_BIKE, "indoor-ride", "Indoor ride").setting(Setting::Indoors)
        .words(&["indoor cycling", "indoor biking", "spin", "spinning", "fitness_equipment/indoor_cycling"]),
    Row::new("ride", ON_BIKE, "handcycle", "Handcycle").strava(51)
        .words(&["handcycling", "handbike", "cycling/hand_cycling"]).stems(&["handcycl", "hand cycl", "handbik"]),
    Row::new("ride", ON_BIKE, "velomobile", "Velomobile").strava(19),
    Row::new("ride", ON_BIKE, "e-bike-ride", "E-bike ride").strava(18)
        .words(&["e-bike", "e-biking", "electric bike", "pedelec", "cycling/e_bike_fitness", "cycling/e_bike_mountain"])
        .stems(&["e bik", "ebik", "e mountain", "emountain", "e mtb", "emtb", "pedelec", "electric b", "elektrofahr",
            "elektrische f", "vélo électr", "bici eléctr", "bicicleta eléctr", "bici elettr", "bicicletta elettr"]),
    Row::new("ride", ON_BIKE, "mountain-bike-ride", "Mountain bike ride")
        .words(&["mountain bike", "mountain biking", "mtb", "cycling/mountain", "cycling/downhill"])
        .stems(&["mountain bik", "mountainbik", "downhill bik", "mtb", "vtt", "bici de mont", "bicicleta de mont"]),
    Row::new("ride", ON_BIKE, "gravel-ride", "Gravel ride")
        .words(&["gravel", "gravel bike", "gravel biking", "gravel cycling", "cycling/gravel_cycling"])
        .stems(&["gravel"]),
    Row::new("ride", ON_BIKE, "ride", "Ride").strava(1).words(&["riding", "bike ride", "cycling", "biking", "bike", "bicycle", "touring bicycle", "touring bike", "city bike"])
        .stems(&["ride", "riding", "cycl", "cicl", "bicyc", "bmx", "road bik", "rad", "fahrrad", "rennrad", "velo", "vélo",
            "bici", "bik", "fiets", "pedal", "rit"]),

    Row::new("paddling", ANY_SPEED, "canoeing", "Canoeing").strava(21).words(&["canoe"])
        .stems(&["canoe", "canoë", "canoa", "kano", "kanu"]),
    Row::new("paddling", ANY_SPEED, "kayaking", "Kayaking").strava(22).words(&["kayak"]).stems(&["kayak", "kajak"]),
    Row::new("paddling", ANY_SPEED, "stand-up-paddling", "Stand-up paddling").strava(24)
        .words(&["stand up paddle", "stand up paddleboarding", "paddleboarding", "sup"])
        .stems(&["stand up pad", "standup pad"]),
    Row::new("paddling", ANY_SPEED, "paddling", "Paddling").words(&["paddle", "rafting", "paddelsports"]),
    Row::new("rowing", ANY_SPEED, "indoor-rowing", "Indoor rowing").setting(Setting::Indoors)
        .words(&["virtual row", "rowing machine", "fitness_equipment/indoor_rowing"]),
    Row::new("rowing", ANY_SPEED, "rowing", "Rowing").strava(23).words(&["row"])
        .stems(&["rowing", "rudern", "aviron", "canottagg", "roeien"]),
    Row::new("surfing", ANY_SPEED, "surfing", "Surfing").strava(25).words(&["surf"]),
    Row::new("windsurf", ANY_SPEED, "windsurf", "Windsurf").strava(15).words(&["windsurfing"]).stems(&["windsurf"]),
    Row::new("kitesurf", ANY_SPEED, "kitesurf", "Kitesurf").strava(14).words(&["kitesurfing", "kiteboarding", "wind kite surfing"])
        .stems(&["kitesurf"]),
    Row::new("sail", ANY_SPEED, "sail", "Sail").words(&["sailing", "segeln"]).stems(&["sail"]),
    Row::new("dive", ANY_SPEED, "dive", "Dive")
        .words(&["diving", "scuba", "scuba diving", "single gas diving", "multi gas diving", "gauge diving", "apnea diving"]),

    Row::new("golf", ANY_SPEED, "golf", "Golf"),
    Row::new("rock-climbing", ANY_SPEED, "rock-climbing", "Rock climbing").strava(28)
        .words(&["rock climb", "climbing", "bouldering", "indoor climbing"]),
    Row::new("crossfit", ANY_SPEED, "crossfit", "Crossfit").strava(26),
    Row::new("elliptical", ANY_SPEED, "elliptical", "Elliptical").strava(27).words(&["fitness_equipment/elliptical"]),
    Row::new("stair-stepper", ANY_SPEED, "stair-stepper", "Stair stepper").strava(29)
        .words(&["stair climbing", "fitness_equipment/stair_climbing"]),
    Row::new("weight-training", ANY_SPEED, "weight-training", "Weight training").strava(30)
        .words(&["strength training", "training/strength_training"]),
    Row::new("yoga", ANY_SPEED, "yoga", "Yoga").strava(31).words(&["training/yoga"]),
    Row::new("workout", ANY_SPEED, "workout", "Workout").strava(11).words(&["training", "fitness equipment"]),
    Row::new("multisport", ANY_SPEED, "multisport", "Multisport").words(&["multi sport", "triathlon", "duathlon", "swimrun"]),
    Row::new("transition", ANY_SPEED, "transition", "Transition"),
    Row::new("other", ANY_SPEED, "other", "Other")
        .words(&["generic", "uncategorized", "uncategorised", "all", "course", "route", "track"]),
];
