//! What the columns of a table hold, as far as their headings or their texts tell.

use sheets::Row;
use types::{
    contact::{Email, Phone},
    import::{Field, Mapping},
};

/// Rows that are looked at where headings don't help.
const LOOKED_AT: usize = 20;

/// How people name a column, in lower case without anything but letters and digits.
const NAMES: [(Field, &[&str]); 7] = [
    (
        Field::Email,
        &[
            "email",
            "emailaddress",
            "mail",
            "emails",
            "workemail",
            "электроннаяпочта",
            "адресэлектроннойпочты",
            "почта",
            "эпочта",
            "элпочта",
            "емейл",
            "имейл",
            "емайл",
            "рабочаяпочта",
        ],
    ),
    (
        Field::FirstName,
        &["firstname", "givenname", "forename", "имя"],
    ),
    (
        Field::LastName,
        &["lastname", "surname", "familyname", "фамилия"],
    ),
    (
        Field::Name,
        &[
            "name",
            "fullname",
            "displayname",
            "employee",
            "person",
            "фио",
            "имяифамилия",
            "имяфамилия",
            "фамилияимя",
            "фамилияиимя",
            "фамилияимяотчество",
            "полноеимя",
            "сотрудник",
        ],
    ),
    (
        Field::Phone,
        &[
            "phone",
            "phonenumber",
            "telephone",
            "tel",
            "mobile",
            "mobilephone",
            "mobilenumber",
            "cell",
            "cellphone",
            "телефон",
            "номертелефона",
            "мобильный",
            "мобильныйтелефон",
            "сотовый",
            "тел",
        ],
    ),
    (
        Field::JobTitle,
        &[
            "jobtitle",
            "title",
            "job",
            "position",
            "должность",
            "позиция",
        ],
    ),
    (Field::Role, &["role", "userrole", "роль"]),
];

/// A heading that only begins like a name counts from this length on: "E-mail (work)", "Телефон 1".
const TELLING: usize = 5;

fn named(heading: &str) -> Option<Field> {
    let heading: String = heading
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect();
    let whole = NAMES
        .iter()
        .find(|(_, names)| names.contains(&heading.as_str()));
    let begun = || {
        NAMES.iter().find(|(_, names)| {
            names
                .iter()
                .any(|name| name.chars().count() >= TELLING && heading.starts_with(name))
        })
    };
    whole.or_else(begun).map(|(field, _)| *field)
}

/// Whether the first row names the columns, and what each column seems to hold.
pub(super) fn guess(rows: &[Row]) -> (bool, Mapping) {
    let Some(first) = rows.first() else {
        return (false, Mapping::default());
    };
    let columns = rows
        .iter()
        .take(LOOKED_AT)
        .map(Row::width)
        .max()
        .unwrap_or_default();
    let by_name: Vec<Option<Field>> = (0..columns)
        .map(|column| named(first.cell(column)))
        .collect();
    let is_named = by_name.iter().any(Option::is_some);
    let has_header = is_named || !first.cells().any(|cell| Email::parse(cell).is_ok());
    let mut mapping = Mapping::from(by_name);
    let below = rows.get(usize::from(has_header)..).unwrap_or_default();
    let below = below.get(..LOOKED_AT.min(below.len())).unwrap_or_default();
    by_text(&mut mapping, below, columns, Field::Email, |cell| {
        Email::parse(cell).is_ok()
    });
    if !is_named {
        by_text(&mut mapping, below, columns, Field::Phone, |cell| {
            Phone::parse(cell).is_ok()
        });
        by_text(&mut mapping, below, columns, Field::Name, |cell| {
            cell.chars()
                .all(|c| c.is_alphabetic() || " .,'-".contains(c))
        });
    }
    // "Имя" alone, as "Name", holds the whole name.
    if let Some(column) = mapping.column(Field::FirstName)
        && mapping.column(Field::LastName).is_none()
        && mapping.column(Field::Name).is_none()
    {
        mapping = mapping.with(column, Some(Field::Name));
    }
    (has_header, mapping)
}

/// Gives the field to the column in which most texts, and more than half of them, look like it.
fn by_text(
    mapping: &mut Mapping,
    rows: &[Row],
    columns: usize,
    field: Field,
    looks_so: impl Fn(&str) -> bool,
) {
    if mapping.column(field).is_some() {
        return;
    }
    let best = (0..columns)
        .filter(|column| mapping.field(*column).is_none())
        .filter_map(|column| {
            let texts = rows.iter().map(|row| row.cell(column));
            let texts: Vec<&str> = texts.filter(|text| !text.is_empty()).collect();
            let like = texts.iter().filter(|text| looks_so(text)).count();
            (like * 2 > texts.len()).then_some((like, std::cmp::Reverse(column)))
        })
        .max();
    if let Some((_, std::cmp::Reverse(column))) = best {
        *mapping = std::mem::take(mapping).with(column, Some(field));
    }
}

#[cfg(test)]
mod tests {
    use sheets::{Limits, read_text};

    use super::*;

    fn guessed(text: &str) -> (bool, Vec<Option<Field>>) {
        let sheet = read_text(text, &Limits::default()).unwrap();
        let (has_header, mapping) = guess(&sheet.rows);
        let columns = (0..5).map(|column| mapping.field(column)).collect();
        (has_header, columns)
    }

    #[test]
    fn headings_in_both_languages_are_known() {
        use Field::{Email, FirstName, JobTitle, LastName, Phone};
        let all = [
            Some(LastName),
            Some(FirstName),
            Some(Email),
            Some(Phone),
            Some(JobTitle),
        ];
        let english =
            "Surname\tGiven name\tE-mail (work)\tMobile phone\tJob title\nLee\tAnn\ta@x.org\t\t";
        assert_eq!(guessed(english), (true, all.to_vec()));
        let russian = "Фамилия\tИмя\tЭл. почта\tТелефон 1\tДолжность\nЛи\tАнна\ta@x.org\t\t";
        assert_eq!(guessed(russian), (true, all.to_vec()));
    }

    #[test]
    fn a_lone_first_name_is_the_whole_name() {
        let (_, columns) = guessed("Имя;Почта\nАнна Ли;a@x.org");
        assert_eq!(columns[..2], [Some(Field::Name), Some(Field::Email)]);
    }

    #[test]
    fn without_headings_the_texts_tell() {
        let (has_header, columns) = guessed("Ann Lee;+44 20 7946 0018;a@x.org\nBo;;b@x.org");
        assert!(!has_header);
        assert_eq!(
            columns[..3],
            [Some(Field::Name), Some(Field::Phone), Some(Field::Email)]
        );
    }

    #[test]
    fn strange_headings_are_headings() {
        let (has_header, columns) = guessed("Kontakt;Wer\na@x.org;Ann");
        assert!(has_header);
        assert_eq!(columns[..2], [Some(Field::Email), Some(Field::Name)]);
    }
}
