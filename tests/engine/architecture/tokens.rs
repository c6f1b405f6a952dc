//! Parses small constructs from a token list: identifier, path, `use` tree, end of an attributed item.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

pub fn trees(stream: TokenStream) -> Vec<TokenTree> {
    stream.into_iter().collect()
}

/// Identifier at an index, without `r#`.
pub fn ident(tokens: &[TokenTree], index: usize) -> Option<String> {
    match tokens.get(index)? {
        TokenTree::Ident(ident) => Some(ident.to_string().trim_start_matches("r#").to_owned()),
        _ => None,
    }
}

pub fn is_punct(tokens: &[TokenTree], index: usize, sign: char) -> bool {
    matches!(tokens.get(index), Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
}

/// True if `::` is at an index.
pub fn colons(tokens: &[TokenTree], index: usize) -> bool {
    is_punct(tokens, index, ':') && is_punct(tokens, index + 1, ':')
}

pub fn group(tokens: &[TokenTree], index: usize) -> Option<&Group> {
    match tokens.get(index)? {
        TokenTree::Group(group) => Some(group),
        _ => None,
    }
}

/// Path at an index, and the index after it. A leading `::` gives an empty first name.
pub fn path(tokens: &[TokenTree], mut index: usize) -> (Vec<String>, usize) {
    let mut path = Vec::new();
    if colons(tokens, index) {
        path.push(String::new());
        index += 2;
    }
    while let Some(name) = ident(tokens, index) {
        path.push(name);
        index += 1;
        if !(colons(tokens, index) && ident(tokens, index + 2).is_some()) {
            break;
        }
        index += 2;
    }
    (path, index)
}

/// Collects the imports of a `use` tree: path and name, or path and `None` for `*`.
pub fn use_tree(tokens: &[TokenTree], prefix: &[String], found: &mut Vec<(Vec<String>, Option<String>)>) {
    let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
    for branch in tokens.split(is_comma).filter(|branch| !branch.is_empty()) {
        let (steps, mut index) = path(branch, 0);
        let mut path = prefix.to_vec();
        path.extend(steps);
        if path.len() > 1 && path.last().is_some_and(|name| name == "self") {
            path.pop();
        }
        if colons(branch, index) {
            index += 2;
        }
        if let Some(inside) = group(branch, index) {
            use_tree(&trees(inside.stream()), &path, found);
        } else if is_punct(branch, index, '*') {
            found.push((path, None));
        } else if ident(branch, index).is_some_and(|word| word == "as") {
            found.push((path, ident(branch, index + 1)));
        } else if let Some(name) = path.last().cloned() {
            found.push((path, Some(name)));
        }
    }
}

/// Index after the item, field or statement to which the attribute at an index belongs.
pub fn end_of_attributed_item(tokens: &[TokenTree], mut index: usize) -> usize {
    while is_punct(tokens, index, '#') {
        index += 2;
    }
    if ident(tokens, index).is_some_and(|word| word == "pub") {
        index += if group(tokens, index + 1).is_some() { 2 } else { 1 };
    }
    let word = |index| ident(tokens, index).unwrap_or_default();
    let is_function = matches!(word(index + 1).as_str(), "fn" | "unsafe" | "async" | "extern");
    let (ends_at_brace, ends_at_comma) = match word(index).as_str() {
        "use" | "static" | "type" | "let" => (false, false),
        "const" if !is_function => (false, false),
        "fn" | "const" | "unsafe" | "async" | "extern" | "mod" | "struct" | "enum" | "union" | "trait" | "impl"
        | "macro_rules" => (true, false),
        _ => (true, true),
    };
    let ends = |index: usize| match &tokens[index] {
        TokenTree::Punct(punct) => punct.as_char() == ';' || (ends_at_comma && punct.as_char() == ','),
        TokenTree::Group(group) => ends_at_brace && group.delimiter() == Delimiter::Brace,
        _ => false,
    };
    (index..tokens.len()).find(|&index| ends(index)).map_or(tokens.len(), |index| index + 1)
}
