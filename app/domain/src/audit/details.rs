//! What an event's details say, for a page: field by field, whoever wrote them.

use serde_json::{Map, Value};
use types::{
    audit::{Changed, Detail},
    ids::BatchId,
};

/// What details hold.
#[derive(Default)]
pub(super) struct Told {
    pub changed: Vec<Changed>,
    pub batch: Option<BatchId>,
    pub count: Option<u64>,
}

/// Under these names a number of users stands.
const COUNTS: [&str; 2] = ["users", "recipients"];

impl Told {
    /// Reads the stored text. `before` and `after` are set side by side; the rest is told as it is.
    pub fn of(details: &str) -> Self {
        let Ok(Value::Object(mut details)) = serde_json::from_str(details) else {
            return Self::default();
        };
        let batch = details.remove("batch");
        let batch = batch.and_then(|batch| batch.as_str()?.parse().ok());
        let count = COUNTS
            .iter()
            .find_map(|name| details.remove(*name)?.as_u64());
        let before = details.remove("before");
        let after = details.remove("after");
        let mut changed = Vec::new();
        let was: Vec<_> = before.iter().flat_map(|it| flat("", it)).collect();
        let is: Vec<_> = after.iter().flat_map(|it| flat("", it)).collect();
        let of = |side: &[(String, Detail)], field: &str| {
            let found = side.iter().find(|(it, _)| it == field);
            found.map(|(_, detail)| detail.clone())
        };
        for (field, _) in is
            .iter()
            .chain(was.iter().filter(|(it, _)| of(&is, it).is_none()))
        {
            let after = of(&is, field).unwrap_or(Detail::Nothing);
            let is_new = before.is_none() && after == Detail::Nothing;
            if !is_new {
                changed.push(Changed {
                    field: field.clone(),
                    before: before
                        .is_some()
                        .then(|| of(&was, field).unwrap_or(Detail::Nothing)),
                    after,
                });
            }
        }
        let rest = flat("", &Value::Object(details));
        changed.extend(rest.into_iter().map(|(field, after)| Changed {
            field,
            before: None,
            after,
        }));
        Self {
            changed,
            batch,
            count,
        }
    }
}

/// The fields of an object, those of objects in it too.
fn flat(name: &str, value: &Value) -> Vec<(String, Detail)> {
    let within = |fields: &Map<String, Value>| {
        let fields = fields.iter();
        fields
            .flat_map(|(field, value)| {
                if name.is_empty() {
                    flat(field, value)
                } else {
                    flat(&format!("{name}.{field}"), value)
                }
            })
            .collect()
    };
    match value {
        Value::Object(fields) if !fields.is_empty() => within(fields),
        Value::Object(_) if name.is_empty() => Vec::new(),
        value => vec![(name.to_owned(), detail(value))],
    }
}

fn detail(value: &Value) -> Detail {
    match value {
        Value::Null => Detail::Nothing,
        Value::Bool(is) => Detail::Is(*is),
        Value::String(text) if text.is_empty() => Detail::Nothing,
        Value::String(text) => Detail::Text(text.clone()),
        Value::Number(number) => Detail::Text(number.to_string()),
        Value::Array(values) if values.is_empty() => Detail::Nothing,
        Value::Array(values) => {
            let texts = values.iter().map(|value| match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            });
            Detail::Text(texts.collect::<Vec<_>>().join(", "))
        }
        Value::Object(fields) if fields.is_empty() => Detail::Nothing,
        other @ Value::Object(_) => Detail::Text(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Detail {
        Detail::Text(text.to_owned())
    }

    fn row(field: &str, before: Option<Detail>, after: Detail) -> Changed {
        Changed {
            field: field.to_owned(),
            before,
            after,
        }
    }

    #[test]
    fn fields_are_told_before_and_after_and_others_as_they_are() {
        let told = Told::of(
            r#"{"before":{"phone":"","role":"User","access":{"pages":["a"]}},
                "after":{"phone":"+12025550143","role":"Admin","access":{"pages":["a","b"]}},
                "batch":"00000000-0000-7000-8000-000000000001","users":3,"link_ended":true}"#,
        );
        assert_eq!(
            told.changed,
            [
                row("access.pages", Some(text("a")), text("a, b")),
                row("phone", Some(Detail::Nothing), text("+12025550143")),
                row("role", Some(text("User")), text("Admin")),
                row("link_ended", None, Detail::Is(true)),
            ]
        );
        assert_eq!(told.count, Some(3));
        assert!(told.batch.is_some());
    }

    #[test]
    fn what_is_added_or_taken_away_has_one_side() {
        let told = Told::of(r#"{"after":{"name":"Ida","phone":""}}"#);
        assert_eq!(told.changed, [row("name", None, text("Ida"))]);
        let told = Told::of(r#"{"before":{"name":"Ida"},"after":{}}"#);
        assert_eq!(
            told.changed,
            [row("name", Some(text("Ida")), Detail::Nothing)]
        );
    }

    #[test]
    fn nonsense_tells_nothing() {
        for details in ["{}", "", "7", "[1]", "{"] {
            assert!(Told::of(details).changed.is_empty(), "{details}");
        }
    }
}
