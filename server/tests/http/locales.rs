//! Every text has a use, and both languages have the same ones.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

const APP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../app");

/// What follows the name of a text for a number.
const PLURALS: [&str; 6] = ["_zero", "_one", "_two", "_few", "_many", "_other"];

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|it| it == ending) {
            found.push(path);
        }
    }
    found
}

/// The texts as code names them, `namespace.key`, with the plural forms of those that have some.
fn keys(language: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut all = BTreeSet::new();
    for file in files(&Path::new(APP).join("locales").join(language), "json") {
        let namespace = file.file_stem().unwrap().to_str().unwrap().to_owned();
        let texts = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        gather(namespace, &texts, &mut all);
    }
    let mut keys = BTreeMap::<String, BTreeSet<String>>::new();
    for key in &all {
        let has_forms = |name: &&str| all.contains(&format!("{name}_other"));
        let form = PLURALS
            .iter()
            .find(|form| key.strip_suffix(**form).as_ref().is_some_and(has_forms))
            .copied()
            .unwrap_or_default();
        let name = key.strip_suffix(form).unwrap_or(key);
        keys.entry(name.to_owned())
            .or_default()
            .insert(form.to_owned());
    }
    keys
}

fn gather(key: String, texts: &Value, keys: &mut BTreeSet<String>) {
    if let Value::Object(texts) = texts {
        for (name, texts) in texts {
            gather(format!("{key}.{name}"), texts, keys);
        }
        return;
    }
    assert!(
        texts.as_str().is_some_and(|text| !text.is_empty()),
        "{key} is empty"
    );
    keys.insert(key);
}

#[test]
fn both_languages_have_the_same_texts() {
    let (english, russian) = (keys("en"), keys("ru"));
    let names = |keys: &BTreeMap<String, BTreeSet<String>>| -> BTreeSet<String> {
        keys.keys().cloned().collect()
    };
    assert_eq!(names(&english), names(&russian));
    let forms = |forms: &[&str]| {
        forms
            .iter()
            .map(ToString::to_string)
            .collect::<BTreeSet<_>>()
    };
    for (name, english) in english {
        let (in_english, in_russian) = if english.contains("") {
            (forms(&[""]), forms(&[""]))
        } else {
            (
                forms(&["_one", "_other"]),
                forms(&["_one", "_few", "_many", "_other"]),
            )
        };
        assert_eq!(english, in_english, "{name}");
        assert_eq!(russian[&name], in_russian, "{name}");
    }
}

#[test]
fn every_text_is_used() {
    let code: String = files(&Path::new(APP).join("src"), "rs")
        .iter()
        .map(|file| fs::read_to_string(file).unwrap())
        .collect();
    // A long name is broken into lines by the formatter.
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let is_used = |name: &str| {
        code.match_indices(name).any(|(start, _)| {
            let next = code[start + name.len()..].chars().next();
            let goes_on = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
            code[..start].ends_with(',') && !next.is_some_and(goes_on)
        })
    };
    let keys = keys("en");
    let unused: Vec<_> = keys.keys().filter(|name| !is_used(name)).collect();
    assert!(unused.is_empty(), "nothing shows these texts: {unused:#?}");
}
