//! The parts of a Markdown page that are checked: commands, code spans, links and headings.

use std::collections::BTreeSet;

/// Lines of a page without those of fences, each with the language of the fenced block around it.
fn lines(text: &str) -> impl Iterator<Item = (Option<&str>, &str)> {
    let mut fence = None;
    text.lines().filter_map(move |line| match (line.strip_prefix("```"), fence) {
        (Some(language), None) => {
            fence = Some(language.trim());
            None
        }
        (Some(_), Some(_)) => {
            fence = None;
            None
        }
        (None, _) => Some((fence, line)),
    })
}

/// Text outside of fenced blocks.
fn prose(text: &str) -> String {
    lines(text).filter(|(fence, _)| fence.is_none()).map(|(_, line)| format!("{line}\n")).collect()
}

/// Languages of the fenced blocks.
pub fn languages(text: &str) -> BTreeSet<&str> {
    lines(text).filter_map(|(fence, _)| fence).collect()
}

/// Commands in the order of the page: lines of `sh` blocks without comments, and code in the rows of tables that begin
/// with "I want to".
pub fn commands(text: &str) -> Vec<String> {
    let (mut commands, mut is_wish) = (Vec::new(), false);
    for (fence, line) in lines(text) {
        is_wish = fence.is_none() && (line.starts_with("| I want to") || is_wish && line.starts_with('|'));
        match fence {
            Some("sh") => commands.push(line.split(" #").next().unwrap_or(line).trim().to_owned()),
            None if is_wish => commands.extend(code(line)),
            _ => {}
        }
    }
    commands.retain(|command| !command.is_empty() && !command.starts_with('#'));
    commands
}

/// Code spans outside of fenced blocks.
pub fn code(text: &str) -> Vec<String> {
    let prose = prose(text);
    prose.split('`').skip(1).step_by(2).map(|span| span.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// Targets of links and images outside of code.
pub fn links(text: &str) -> Vec<String> {
    let prose: String = prose(text).split('`').step_by(2).collect();
    prose.split("](").skip(1).filter_map(|rest| rest.split(')').next()).map(str::to_owned).collect()
}

/// Anchors of the headings, as GitHub makes them: lower case, hyphens for spaces, no other punctuation.
pub fn anchors(text: &str) -> BTreeSet<String> {
    let headings = lines(text).filter(|(fence, line)| fence.is_none() && line.starts_with('#'));
    let anchor = |(_, line): (_, &str)| {
        let title = line.trim_start_matches('#').trim().to_lowercase();
        let kept = title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    };
    headings.map(anchor).collect()
}

#[test]
fn the_parts_of_a_page_are_found() {
    let page = "# A `b` c: d\n[x](y.md#z) `[no](no)`\n\n| I want to | |\n| - | - |\n| a | `trailglow list` |\n\n`trailglow\n  no`\n\
                ```sh\n# no\ntrailglow a '1:#f00'   # why\n\n```\n```text\n[no](no)\n# no\n```\n| b | `no` |\n![i](p.png)\n";
    assert_eq!(commands(page), ["trailglow list", "trailglow a '1:#f00'"]);
    assert_eq!(code(page), ["b", "[no](no)", "trailglow list", "trailglow no", "no"]);
    assert_eq!(links(page), ["y.md#z", "p.png"]);
    assert_eq!(anchors(page), BTreeSet::from(["a-b-c-d".to_owned()]));
    assert_eq!(languages(page), BTreeSet::from(["sh", "text"]));
}
