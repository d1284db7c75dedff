//! The walls of the house: which crate may use which, where SQL and typesetting live, that the rules stay pure, that every
//! noun has its row in the glossary, that no file grows beyond reading, that no link in the documents is broken.
//!
//! Standard library only, so that it also runs alone. Every check is a function over text and answers with what is wrong
//! and how to mend it; beside each stands a test that breaks the wall on purpose.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Which crate may use which (ARCHITECTURE.md, "Code map"). A crate that has no row has no place in the house.
const ARROWS: &[(&str, &[&str])] = &[
    ("dunwell", &["dunwell-web", "dunwell-sim", "dunwell-desk", "dunwell-store"]),
    ("dunwell-web", &["dunwell-desk", "dunwell-store", "dunwell-sso"]),
    ("dunwell-sim", &["dunwell-desk"]),
    ("dunwell-desk", &["dunwell-store", "dunwell-documents", "dunwell-formats", "dunwell-rules"]),
    ("dunwell-store", &["dunwell-rules"]),
    ("dunwell-documents", &["dunwell-rules"]),
    ("dunwell-formats", &[]),
    ("dunwell-rules", &[]),
    ("dunwell-sso", &[]),
];

/// Dependencies that live in one crate only: the beginning of their names, and the crate. HTTP lives in two: one serves it, the
/// other asks the sign-in provider.
const HOME_OF: &[(&str, &[&str])] = &[
    ("sqlx", &["dunwell-store"]),
    ("rusqlite", &["dunwell-store"]),
    ("typst", &["dunwell-documents"]),
    ("comemo", &["dunwell-documents"]),
    ("krilla", &["dunwell-documents"]),
    ("axum", &["dunwell-web"]),
    ("tower", &["dunwell-web"]),
    ("hyper", &["dunwell-web", "dunwell-sso"]),
    ("openidconnect", &["dunwell-sso"]),
    ("tokio-rustls", &["dunwell-sso"]),
    ("clap", &["dunwell"]),
    ("mail-parser", &["dunwell-formats"]),
    ("hayro", &["dunwell-formats"]),
];

/// All that the rules may depend on: dates without a clock, the words of journaled decisions, error texts.
const RULES_MAY_USE: &[&str] = &["jiff", "serde", "thiserror"];

/// The most lines a file may have.
const MOST_LINES: usize = 800;

/// Files that may be longer, each with the reason.
const LONG_FILES: &[(&str, &str)] = &[];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the workspace's folder")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every file below `folder` whose name ends with one of `endings`, in order; build output and hidden folders left out.
fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for path in entries.map(|entry| entry.expect("a folder's entry").path()) {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if path.is_dir() {
                if name != "target" && name != "node_modules" && !name.starts_with('.') {
                    folders.push(path);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The path as people write it: from the workspace's folder, with slashes.
fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string().replace('\\', "/")
}

/// What a Cargo.toml says of its crate, as far as the walls need it.
#[derive(Debug, Default)]
struct Manifest {
    name: String,
    dependencies: BTreeSet<String>,
    dev_dependencies: BTreeSet<String>,
    keeps_workspace_lints: bool,
}

/// Reads the sections `[package]`, `[lints]` and every kind of `[…dependencies]`, in both ways of writing an entry.
fn manifest(text: &str) -> Manifest {
    let mut manifest = Manifest::default();
    let mut section = String::new();
    for line in text.lines().map(|line| line.split('#').next().unwrap_or_default().trim()) {
        if let Some(header) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = header.to_string();
            if let Some((table, name)) = header.rsplit_once("dependencies.") {
                manifest.dependencies_of(table).insert(name.to_string());
            }
            continue;
        }
        let Some((key, value)) = line.split_once('=') else { continue };
        let key = key.trim().split('.').next().unwrap_or_default().trim_matches('"');
        if section == "package" && key == "name" {
            manifest.name = value.trim().trim_matches('"').to_string();
        } else if section == "lints" && line.replace(' ', "") == "workspace=true" {
            manifest.keeps_workspace_lints = true;
        } else if let Some(table) = section.strip_suffix("dependencies") {
            manifest.dependencies_of(table).insert(key.to_string());
        }
    }
    manifest
}

impl Manifest {
    /// The set that a table such as `dev-` or `target.'cfg(unix)'.` belongs to. Build dependencies count as dependencies.
    fn dependencies_of(&mut self, table: &str) -> &mut BTreeSet<String> {
        if table.ends_with("dev-") { &mut self.dev_dependencies } else { &mut self.dependencies }
    }
}

fn manifests() -> Vec<Manifest> {
    let found: Vec<_> =
        files(&root().join("crates"), &["Cargo.toml"]).iter().map(|path| manifest(&read(path))).collect();
    assert!(found.len() >= 7, "the crates were not found");
    found
}

/// The crates of ours that `name` may use directly; `None` for a crate that is not on the map.
fn arrows_of(name: &str) -> Option<&'static [&'static str]> {
    ARROWS.iter().find(|(from, _)| *from == name).map(|(_, to)| *to)
}

/// Every crate of ours that is reached from `name` along the arrows.
fn below(name: &str) -> BTreeSet<&'static str> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&str> = vec![name];
    while let Some(next) = open.pop() {
        for to in arrows_of(next).unwrap_or_default() {
            if reached.insert(*to) {
                open.push(to);
            }
        }
    }
    reached
}

/// Dependencies against the arrows. Code follows them one by one; tests may use everything below their crate.
fn against_the_arrows(manifest: &Manifest) -> Vec<String> {
    let name = &manifest.name;
    let Some(arrows) = arrows_of(name) else {
        return vec![format!("{name} has no place on the map: give it a row in ARROWS and in ARCHITECTURE.md")];
    };
    let ours = |dependency: &&String| dependency.starts_with("dunwell");
    let in_code = manifest.dependencies.iter().filter(ours).filter(|to| !arrows.contains(&to.as_str()));
    let below = below(name);
    let in_tests = manifest.dev_dependencies.iter().filter(ours).filter(|to| !below.contains(to.as_str()));
    in_code
        .map(|to| format!("{name} depends on {to}, against the arrows"))
        .chain(in_tests.map(|to| format!("the tests of {name} depend on {to}, which is not below it")))
        .collect()
}

/// Dependencies that live in another crate's room. Tests are free: a test may look at a database or a page directly.
fn away_from_home(manifest: &Manifest) -> Vec<String> {
    let name = &manifest.name;
    let astray = manifest.dependencies.iter().flat_map(|dependency| {
        let home = HOME_OF.iter().find(|(prefix, _)| dependency.starts_with(prefix));
        home.filter(|(_, homes)| !homes.contains(&name.as_str()))
            .map(|(_, homes)| format!("{name} uses {dependency}, which lives in {}", homes.join(" and ")))
    });
    let extra = manifest.dependencies.iter().filter(|dependency| !RULES_MAY_USE.contains(&dependency.as_str()));
    let extra =
        extra.filter(|_| name == "dunwell-rules").map(|extra| format!("{name} uses {extra}: it has next to none"));
    astray.chain(extra).collect()
}

#[test]
fn a_crate_depends_only_along_the_arrows() {
    let wrong: Vec<_> = manifests().iter().flat_map(against_the_arrows).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn sql_typesetting_http_and_the_command_line_each_have_one_crate() {
    let wrong: Vec<_> = manifests().iter().flat_map(away_from_home).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_crate_keeps_the_lints_of_the_workspace() {
    let wrong: Vec<_> = manifests().into_iter().filter(|m| !m.keeps_workspace_lints).map(|m| m.name).collect();
    assert!(wrong.is_empty(), "without `[lints] workspace = true`: {wrong:?}");
}

#[test]
fn a_dependency_against_the_arrows_is_named_however_it_is_written() {
    let text = "[package]\nname = \"dunwell-store\"\n[dependencies]\ndunwell-rules.workspace = true # along\n\
                dunwell-desk = { path = \"../desk\" }\n[target.'cfg(unix)'.dependencies]\ndunwell-sim = \"1\"\n\
                [dependencies.dunwell-web]\npath = \"../web\"\n[dev-dependencies]\ndunwell = \"1\"\n";
    assert_eq!(
        against_the_arrows(&manifest(text)),
        [
            "dunwell-store depends on dunwell-desk, against the arrows",
            "dunwell-store depends on dunwell-sim, against the arrows",
            "dunwell-store depends on dunwell-web, against the arrows",
            "the tests of dunwell-store depend on dunwell, which is not below it",
        ]
    );
    let stranger = against_the_arrows(&manifest("[package]\nname = \"dunwell-helpers\"\n"));
    assert!(stranger[0].contains("no place on the map"), "{stranger:?}");
}

#[test]
fn a_dependency_away_from_home_is_named() {
    let text = "[package]\nname = \"dunwell-rules\"\n[dependencies]\njiff = \"0.2\"\nsqlx = \"0.9\"\n[dev-dependencies]\ntypst = \"1\"\n";
    assert_eq!(
        away_from_home(&manifest(text)),
        ["dunwell-rules uses sqlx, which lives in dunwell-store", "dunwell-rules uses sqlx: it has next to none"]
    );
}

/// The lines of a source file that are compiled into the product, with their numbers: no comments, and nothing from
/// `#[cfg(test)] mod` on, which is the last thing in a file of the house.
fn product_lines(source: &str) -> Vec<(usize, &str)> {
    let mut lines = Vec::new();
    let mut only_in_tests = false;
    for (number, line) in source.lines().enumerate().map(|(index, line)| (index + 1, line.trim())) {
        if line.starts_with("#[cfg(test)]") {
            only_in_tests = true;
        } else if only_in_tests {
            if line.starts_with("mod ") && line.ends_with('{') {
                break;
            }
            only_in_tests = line.starts_with("#[");
        } else if !line.starts_with("//") {
            lines.push((number, line));
        }
    }
    lines
}

/// Whether `word` stands in `line` on its own, not as a part of a longer name.
fn has_word(line: &str, word: &str) -> bool {
    let part_of_name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word)
        .any(|(at, _)| !line[..at].ends_with(part_of_name) && !line[at + word.len()..].starts_with(part_of_name))
}

/// What of a file of the rules is impure: the standard library, floating-point numbers.
fn impure(path: &str, source: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    if path.ends_with("src/lib.rs") && !source.lines().any(|line| line == "#![no_std]") {
        wrong.push(format!("{path}: `#![no_std]` is gone"));
    }
    for (number, line) in product_lines(source) {
        if line.contains("std::") && has_word(line, "std") || line.contains("extern crate std") {
            wrong.push(format!("{path}:{number}: the rules do without std (core and alloc have it): {line}"));
        }
        if has_word(line, "f32") || has_word(line, "f64") {
            wrong.push(format!("{path}:{number}: the rules do without floats (integers and basis points): {line}"));
        }
    }
    wrong
}

#[test]
fn the_rules_use_neither_std_nor_floats() {
    let sources = files(&root().join("crates/rules/src"), &[".rs"]);
    let wrong: Vec<_> = sources.iter().flat_map(|path| impure(&shown(path), &read(path))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn std_and_floats_in_the_rules_are_found_but_not_in_comments_and_tests() {
    let source = "// std::fs would be a sin\n#[cfg(test)]\nextern crate std;\nuse std::fs;\nlet rate: f64 = 1.0;\nself_std::x();\n\
                  #[cfg(test)]\nmod tests {\n    use std::vec;\n}\n";
    let wrong = impure("crates/rules/src/lib.rs", source);
    assert_eq!(wrong.len(), 3, "{wrong:?}");
    assert!(
        wrong[0].contains("is gone") && wrong[1].contains("lib.rs:4:") && wrong[2].contains("lib.rs:5:"),
        "{wrong:?}"
    );
}

/// The lines of a file that hold a piece of SQL in a string.
fn sql_in(path: &str, source: &str) -> Vec<String> {
    let is_sql = |line: &str| {
        let Some((_, text)) = line.split_once('"') else { return false };
        let text = text.to_lowercase();
        let both = |first: &str, second: &str| has_word(&text, first) && text.contains(second);
        ["insert into ", "delete from ", "create table ", "drop table ", "alter table "]
            .iter()
            .any(|sql| text.contains(sql))
            || text.starts_with("select ")
            || both("select", " from ")
            || both("update", " set ")
    };
    let found = product_lines(source).into_iter().filter(|(_, line)| is_sql(line));
    found.map(|(number, line)| format!("{path}:{number}: SQL lives in crates/store: {line}")).collect()
}

#[test]
fn sql_is_written_in_the_store_alone() {
    let crates = root().join("crates");
    let sources = files(&crates, &[".rs"]).into_iter().filter(|path| {
        let path = shown(path);
        path.contains("/src/") && !path.starts_with("crates/store/")
    });
    let wrong: Vec<_> = sources.flat_map(|path| sql_in(&shown(&path), &read(&path))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_piece_of_sql_is_found() {
    let source = "let a = \"Select id from item\";\nlet b = \"update item set open = 0\";\nlet c = \"a new set of updates\";\n\
                  // \"delete from item\"\nlet d = \"INSERT INTO item\";\n";
    let found = sql_in("x.rs", source);
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[2].starts_with("x.rs:5:"), "{found:?}");
}

/// The public nouns of a source file (struct, enum, type, trait), each with the first line of its documentation.
fn nouns(source: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut doc = String::new();
    for line in source.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("///") {
            if doc.is_empty() {
                doc = text.trim().to_string();
            }
            continue;
        }
        let noun =
            ["pub struct ", "pub enum ", "pub type ", "pub trait "].iter().find_map(|word| line.strip_prefix(word));
        if let Some(rest) = noun {
            let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            found.push((name, std::mem::take(&mut doc)));
        } else if !line.starts_with("#[") {
            doc.clear();
        }
    }
    found
}

/// The names in the third column of the glossary's tables: what stands in backticks there, `Type::Variant` as `Type`.
fn glossary_types(glossary: &str) -> BTreeSet<String> {
    let rows = glossary.lines().filter(|line| line.starts_with('|'));
    let columns = rows.filter_map(|row| row.split('|').nth(3));
    let names = columns.flat_map(|column| column.split('`').skip(1).step_by(2).map(str::to_string).collect::<Vec<_>>());
    names.map(|name| name.split("::").next().unwrap_or_default().to_string()).collect()
}

/// The rows that the glossary lacks, ready to be completed.
fn missing_rows(glossary: &str, nouns: &BTreeMap<String, String>) -> Vec<String> {
    let known = glossary_types(glossary);
    let missing = nouns.iter().filter(|(name, _)| !known.contains(*name));
    missing.map(|(name, doc)| format!("| **term** | {doc} | `{name}` | source |")).collect()
}

fn nouns_of(folder: &str) -> BTreeMap<String, String> {
    files(&root().join(folder), &[".rs"]).iter().flat_map(|path| nouns(&read(path))).collect()
}

#[test]
fn every_public_noun_of_the_rules_is_in_the_glossary() {
    let missing = missing_rows(&read(&root().join("GLOSSARY.md")), &nouns_of("crates/rules/src"));
    assert!(missing.is_empty(), "GLOSSARY.md lacks these rows; give each its term and source:\n{}", missing.join("\n"));
}

#[test]
fn the_glossary_names_no_type_that_is_gone() {
    let exist: BTreeSet<_> = nouns_of("crates").into_keys().collect();
    let gone: Vec<_> = glossary_types(&read(&root().join("GLOSSARY.md"))).difference(&exist).cloned().collect();
    assert!(gone.is_empty(), "GLOSSARY.md names types that are not in the code: {gone:?}");
}

#[test]
fn a_noun_without_a_row_is_shown_as_the_row_to_write() {
    let source = "/// What is owed.\n///\n/// More.\n#[derive(Debug)]\npub struct Debt<'a>(&'a str);\npub(crate) struct Own;\npub enum Kept {}\n";
    let nouns: BTreeMap<_, _> = nouns(source).into_iter().collect();
    let glossary = "| term | meaning | type in the code | source |\n|---|---|---|---|\n| **kept** | as `Debt` | `Kept::Late` | x |\n";
    assert_eq!(missing_rows(glossary, &nouns), ["| **term** | What is owed. | `Debt` | source |"]);
}

/// What is wrong with the length of a file, if anything.
fn too_long(path: &str, lines: usize, allowed: &[(&str, &str)]) -> Option<String> {
    let is_allowed = allowed.iter().any(|(long, _)| *long == path);
    match (lines > MOST_LINES, is_allowed) {
        (true, false) => {
            Some(format!("{path} has {lines} lines, more than {MOST_LINES}: split it, or list it with the reason"))
        }
        (false, true) => Some(format!("{path} is short enough now: take it from LONG_FILES")),
        (true, true) | (false, false) => None,
    }
}

#[test]
fn no_file_is_longer_than_a_person_reads() {
    let endings = [".rs", ".sql", ".typ", ".toml", ".md", ".story", ".js", ".css", ".sh"];
    let paths = files(&root(), &endings);
    let wrong = paths.iter().filter_map(|path| too_long(&shown(path), read(path).lines().count(), LONG_FILES));
    let gone =
        LONG_FILES.iter().filter(|(path, _)| !root().join(path).is_file()).map(|(path, _)| format!("{path} is gone"));
    let wrong: Vec<_> = wrong.chain(gone).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_long_file_and_a_needless_exception_are_both_named() {
    let listed = [("listed.rs", "a table of the standard")];
    assert!(too_long("any.rs", 801, &listed).is_some());
    assert!(too_long("any.rs", 800, &listed).is_none());
    assert!(too_long("listed.rs", 801, &listed).is_none());
    assert!(too_long("listed.rs", 12, &listed).is_some());
}

/// The targets of the links of a Markdown text that lead to files: web addresses and places within the page left out.
fn links(text: &str) -> Vec<String> {
    let ends = text.match_indices("](").filter_map(|(at, _)| text[at + 2..].split_once(')'));
    let targets = ends.map(|(target, _)| target.split('#').next().unwrap_or_default());
    let is_file = |target: &&str| !target.is_empty() && !target.contains("://") && !target.starts_with("mailto:");
    targets.filter(is_file).map(str::to_string).collect()
}

#[test]
fn every_link_in_the_documents_leads_to_a_file() {
    let mut broken = Vec::new();
    for page in files(&root(), &[".md"]) {
        let folder = page.parent().expect("a page lies in a folder");
        for link in links(&read(&page)).iter().filter(|link| !folder.join(link).exists()) {
            broken.push(format!("{}: {link}", shown(&page)));
        }
    }
    assert!(broken.is_empty(), "links that lead nowhere:\n{}", broken.join("\n"));
}

#[test]
fn links_are_read_from_a_text() {
    let text = "See [the map](ARCHITECTURE.md#code-map), [above](#top), [law](https://example.org/a) and [book](docs/book.md).";
    assert_eq!(links(text), ["ARCHITECTURE.md", "docs/book.md"]);
}
