//! Documents are true: what they name is there.

use std::{fs, path::Path};

const DOCUMENTS: &[&str] = &[
    "README.md",
    "README.zh-CN.md",
    "crates/README.md",
    "crates/stampcard-server/README.md",
    "examples/README.md",
];

#[test]
fn every_path_that_a_document_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the project");
    let mut missing = Vec::new();
    for document in DOCUMENTS {
        let text = fs::read_to_string(root.join(document)).unwrap_or_else(|e| panic!("{document}: {e}"));
        let folder = root.join(document).parent().expect("a document lies in a folder").to_owned();
        let quoted = text.split('`').skip(1).step_by(2).filter(|code| {
            ["crates/", "www/", "examples/", "tests/", ".ci/"].iter().any(|room| code.starts_with(room))
                && !code.contains([' ', '*', '<', '{'])
        });
        let linked = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
        let places = quoted.map(|path| (path, root.join(path))).chain(
            linked.filter(|to| !to.is_empty() && !to.contains("://")).map(|path| (path, folder.join(path))),
        );
        missing.extend(
            places.filter(|(_, place)| !place.exists()).map(|(path, _)| format!("{document}: {path}")),
        );
    }
    assert!(missing.is_empty(), "named and not there: {missing:#?}");
}

#[test]
fn both_languages_of_the_readme_have_the_same_sections_and_the_same_code() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the project");
    let shape = |name: &str| {
        let text = fs::read_to_string(root.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
        let mut in_code = false;
        let mut shape = Vec::new();
        for line in text.lines() {
            let fence = line.starts_with("```");
            if fence || in_code {
                shape.push(line.to_owned());
            } else if line.starts_with('#') {
                shape.push(line.chars().take_while(|c| *c == '#').collect());
            }
            in_code ^= fence;
        }
        shape
    };
    assert_eq!(shape("README.md"), shape("README.zh-CN.md"));
}

#[test]
fn every_dependency_is_pinned_and_explained_in_the_code_map() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests lie in the project");
    let map = fs::read_to_string(root.join("crates/README.md")).expect("the code map is there");
    let manifest = fs::read_to_string(root.join("Cargo.toml")).expect("the manifest is there");
    let (_, dependencies) =
        manifest.split_once("[workspace.dependencies]").expect("the workspace lists its dependencies");
    let lines = dependencies.lines().take_while(|line| !line.starts_with('['));
    let foreign =
        lines.filter_map(|line| line.split_once(" = ")).filter(|(_, what)| !what.contains("path ="));
    let mut faults = Vec::new();
    for (name, what) in foreign {
        if !what.contains("\"=") {
            faults.push(format!("{name} is not pinned with `=`"));
        }
        if !map.contains(&format!("`{name}`")) {
            faults.push(format!("no line of crates/README.md says why {name}"));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
