use proptest::prelude::*;

use crate::selection::sentence::parse;
use crate::selection::*;

/// Conditions in the form that the parser gives them.
fn expression() -> impl Strategy<Value = Expression> {
    let test =
        (any::<prop::sample::Index>(), any::<bool>(), any::<bool>()).prop_flat_map(|(index, utc, is_present)| {
            let field = index.get(FIELDS);
            let key = Key { field, utc: utc && field.has_clock() };
            let predicate = if is_present && field.may_be_missing() {
                Just(Predicate::Present).boxed()
            } else {
                predicate(field.kind)
            };
            predicate.prop_map(move |predicate| Expression::Test(Test { key, predicate }))
        });
    test.prop_recursive(4, 24, 4, |inner| {
        let several = prop::collection::vec(inner.clone(), 2..4);
        let flat = |parts: Vec<Expression>, is_same: fn(&Expression) -> bool| !parts.iter().any(is_same);
        prop_oneof![
            inner.prop_map(Expression::negated),
            several.clone().prop_filter_map("nested", move |parts| {
                flat(parts.clone(), |part| matches!(part, Expression::All(_))).then_some(Expression::All(parts))
            }),
            several.prop_filter_map("nested", move |parts| {
                flat(parts.clone(), |part| matches!(part, Expression::Any(_))).then_some(Expression::Any(parts))
            }),
        ]
    })
}

fn predicate(kind: Kind) -> BoxedStrategy<Predicate> {
    let texts = prop::collection::vec("[^\\p{C}]{0,12}[a-zß-ö\"'\\\\]", 1..3)
        .prop_map(|texts| texts.iter().map(|text| text.to_lowercase().trim().to_owned()).collect::<Vec<_>>())
        .prop_filter("lower case is stable", |texts| texts.iter().all(|text| text.to_lowercase() == *text));
    let quantity = |units: Units| {
        (0.0..1e9, any::<prop::sample::Index>())
            .prop_map(move |(number, unit)| Quantity { number, unit: unit.get(units) })
    };
    let degrees = |limit: f64| -limit..limit;
    match kind {
        Kind::Flag => prop_oneof![Just(Predicate::Yes), Just(Predicate::Any)].boxed(),
        Kind::Quantity(units) => {
            let bound = (quantity(units), any::<bool>()).prop_map(|(quantity, included)| Bound { quantity, included });
            let closed = [quantity(units), quantity(units)].prop_map(|mut ends| {
                ends.sort_by(|a, b| a.value().total_cmp(&b.value()));
                QuantityRange::closed(ends)
            });
            prop_oneof![
                bound.clone().prop_map(|bound| vec![QuantityRange { from: Some(bound), to: None }]),
                bound.prop_map(|bound| vec![QuantityRange { from: None, to: Some(bound) }]),
                prop::collection::vec(closed, 1..3),
            ]
            .prop_map(Predicate::Quantities)
            .boxed()
        }
        Kind::Day | Kind::Year => {
            let days = ["1000", "9998"].map(|year| period(year).unwrap());
            let numbers = if matches!(kind, Kind::Day) { days[0][0]..=days[1][1] } else { 1000..=9998 };
            let numbers = prop_oneof![8 => numbers.clone(), 1 => Just(*numbers.start()), 1 => Just(*numbers.end())];
            let range = [numbers.clone(), numbers.clone()].prop_map(|[a, b]: [i32; 2]| [a.min(b), a.max(b)]);
            prop_oneof![
                numbers.clone().prop_map(|number| vec![[number, OPEN[1]]]),
                numbers.prop_map(|number| vec![[OPEN[0], number]]),
                prop::collection::vec(range, 1..3),
            ]
            .prop_map(Predicate::Whole)
            .boxed()
        }
        Kind::Cycle(cycle) => (1..=cycle.all()).prop_map(Predicate::OneOf).boxed(),
        Kind::Sport => texts.prop_map(Predicate::Sports).boxed(),
        Kind::Text => prop_oneof![texts.clone().prop_map(Predicate::Is), texts.prop_map(Predicate::Like)].boxed(),
        Kind::Box => (degrees(180.0), degrees(180.0), degrees(90.0), degrees(90.0))
            .prop_map(|(west, east, a, b)| Predicate::Touches(checked_box([west, a.min(b), east, a.max(b)]).unwrap()))
            .boxed(),
        Kind::Place => {
            let place = prop_oneof![
                Just(Near::Home),
                (degrees(90.0), degrees(180.0))
                    .prop_map(|(lat, lon)| Near::At(lat, checked_place(lat, lon).unwrap().1)),
            ];
            (quantity(LENGTHS), place).prop_map(|(radius, place)| Predicate::Within(radius, place)).boxed()
        }
    }
}

proptest! {
    #[test]
    fn printing_and_parsing_gives_the_same_condition(expression in expression()) {
        let sentence = expression.to_string();
        prop_assume!(sentence.len() <= 4096);
        prop_assert_eq!(parse(&sentence).map_err(|error| error.to_string()), Ok(expression), "{}", sentence);
    }

    #[test]
    fn every_condition_has_words(expression in expression()) {
        let selection = Selection { condition: expression };
        let words = selection.words();
        let is_plain = !words.ends_with(' ') && !words.contains("  ") && !words.contains("{}");
        // Texts may hold anything.
        prop_assert!(is_plain || words.contains('“'), "{words}");
    }

    #[test]
    fn any_text_is_parsed_or_refused_with_its_place(text in "[a-z0-9=<>!()\\[\\],.'\"\\\\ -]{0,60}") {
        if let Err(error) = parse(&text) {
            let message = error.to_string();
            prop_assert_eq!(message.lines().count(), 3);
            prop_assert!(message.lines().last().is_some_and(|line| line.trim_end_matches('^').trim().is_empty()));
        }
    }

    #[test]
    fn words_of_the_language_in_any_order_are_parsed_or_refused(
        words in prop::collection::vec(prop::sample::select(vec![
            "sport", "=", "ride", "and", "or", "not", "(", ")", "in", "[", "]", ",", "distance", ">", "20km", "..", "has", "night",
            "weekday", "mon", "like", "\"x\"", "box", "touches", "1", "start", "within", "of", "home", "year", "2024", "any", "date",
        ]), 0..30),
    ) {
        if let Ok(expression) = parse(&words.join(" ")) {
            let sentence = expression.to_string();
            prop_assert_eq!(parse(&sentence).unwrap(), expression);
        }
    }
}
