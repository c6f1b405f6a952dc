//! Reads small forms from a list of tokens: a word, a path, a `use` tree, the item behind an attribute.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// The tokens of a stream, as a list.
pub fn trees(stream: TokenStream) -> Vec<TokenTree> {
    stream.into_iter().collect()
}

/// The word at a place, without `r#`.
pub fn ident(tokens: &[TokenTree], at: usize) -> Option<String> {
    match tokens.get(at)? {
        TokenTree::Ident(ident) => Some(ident.to_string().trim_start_matches("r#").to_owned()),
        _ => None,
    }
}

/// Whether a sign is at a place.
pub fn is_punct(tokens: &[TokenTree], at: usize, sign: char) -> bool {
    matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
}

/// Whether `::` is at a place.
pub fn colons(tokens: &[TokenTree], at: usize) -> bool {
    is_punct(tokens, at, ':') && is_punct(tokens, at + 1, ':')
}

/// The brackets at a place, with what is inside.
pub fn group(tokens: &[TokenTree], at: usize) -> Option<&Group> {
    match tokens.get(at)? {
        TokenTree::Group(group) => Some(group),
        _ => None,
    }
}

/// The path that begins at a place, and where it ends. A path with `::` in front has an empty first name.
pub fn path(tokens: &[TokenTree], mut at: usize) -> (Vec<String>, usize) {
    let mut path = Vec::new();
    if colons(tokens, at) {
        path.push(String::new());
        at += 2;
    }
    while let Some(name) = ident(tokens, at) {
        path.push(name);
        at += 1;
        if !(colons(tokens, at) && ident(tokens, at + 2).is_some()) {
            break;
        }
        at += 2;
    }
    (path, at)
}

/// Lists what a `use` tree brings in: a path and the name it gets, or a module and no name for `*`.
pub fn use_tree(tokens: &[TokenTree], prefix: &[String], found: &mut Vec<(Vec<String>, Option<String>)>) {
    let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
    for branch in tokens.split(is_comma).filter(|branch| !branch.is_empty()) {
        let (steps, mut at) = path(branch, 0);
        let mut path = prefix.to_vec();
        path.extend(steps);
        if path.len() > 1 && path.last().is_some_and(|name| name == "self") {
            path.pop();
        }
        if colons(branch, at) {
            at += 2;
        }
        if let Some(inside) = group(branch, at) {
            use_tree(&trees(inside.stream()), &path, found);
        } else if is_punct(branch, at, '*') {
            found.push((path, None));
        } else if ident(branch, at).is_some_and(|word| word == "as") {
            found.push((path, ident(branch, at + 1)));
        } else if let Some(name) = path.last().cloned() {
            found.push((path, Some(name)));
        }
    }
}

/// Where the item, field or statement ends that the attribute at a place belongs to.
pub fn end_of_attributed_item(tokens: &[TokenTree], mut at: usize) -> usize {
    while is_punct(tokens, at, '#') {
        at += 2;
    }
    if ident(tokens, at).is_some_and(|word| word == "pub") {
        at += if group(tokens, at + 1).is_some() { 2 } else { 1 };
    }
    let word = |at| ident(tokens, at).unwrap_or_default();
    let is_function = matches!(word(at + 1).as_str(), "fn" | "unsafe" | "async" | "extern");
    let (ends_at_brace, ends_at_comma) = match word(at).as_str() {
        "use" | "static" | "type" | "let" => (false, false),
        "const" if !is_function => (false, false),
        "fn" | "const" | "unsafe" | "async" | "extern" | "mod" | "struct" | "enum" | "union" | "trait" | "impl"
        | "macro_rules" => (true, false),
        _ => (true, true),
    };
    let ends = |at: usize| match &tokens[at] {
        TokenTree::Punct(punct) => punct.as_char() == ';' || (ends_at_comma && punct.as_char() == ','),
        TokenTree::Group(group) => ends_at_brace && group.delimiter() == Delimiter::Brace,
        _ => false,
    };
    (at..tokens.len()).find(|&at| ends(at)).map_or(tokens.len(), |at| at + 1)
}
