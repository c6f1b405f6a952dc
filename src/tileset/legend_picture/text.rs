//! Numbers and durations of legends as text.

/// A value of a legend as text: a text as it is, minutes in the largest unit of which there is one, other numbers with
/// separators of thousands.
pub fn label(value: &serde_json::Value, is_in_minutes: bool) -> String {
    match (value.as_str(), value.as_f64()) {
        (Some(text), _) => text.to_owned(),
        (None, Some(minutes)) if is_in_minutes => duration(minutes),
        (None, Some(number)) => thousands(number),
        (None, None) => String::new(),
    }
}

fn duration(minutes: f64) -> String {
    let (number, unit) = match minutes {
        60.0.. => (minutes / 60.0, "h"),
        1.0.. => (minutes, "min"),
        _ => (minutes * 60.0, "s"),
    };
    let digits =
        if number > 0.0 && number < 0.95 { (1 - number.log10().floor() as i32).clamp(1, 4) as usize } else { 0 };
    let text = format!("{number:.digits$}");
    let text = if digits > 0 { text.trim_end_matches('0') } else { &text };
    format!("{text} {unit}")
}

fn thousands(number: f64) -> String {
    let digits = format!("{}", number.abs().round());
    let groups: Vec<&str> = {
        let first = digits.len() % 3;
        let (head, tail) = digits.split_at(first);
        let tail = (0..tail.len()).step_by(3).map(|start| &tail[start..start + 3]);
        Some(head).filter(|head| !head.is_empty()).into_iter().chain(tail).collect()
    };
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_short_texts() {
        let minutes = [0.000_833, 0.008_33, 0.0167, 0.5, 1.0, 30.0, 60.0, 1200.0];
        let expected = ["0.05 s", "0.5 s", "1 s", "30 s", "1 min", "30 min", "1 h", "20 h"];
        assert_eq!(minutes.map(|minutes| label(&json!(minutes), true)), expected);
        assert_eq!(
            [1, 20, 999, 1000, 50_000, 2_000_000].map(|number| label(&json!(number), false)),
            ["1", "20", "999", "1,000", "50,000", "2,000,000"]
        );
        assert_eq!(label(&json!("2024-05"), false), "2024-05");
    }
}
