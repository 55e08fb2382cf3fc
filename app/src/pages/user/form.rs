//! What is typed about a user, beside what is known of them.

use leptos::prelude::*;
use types::{
    refusal::Refusal,
    users::{PersonDetails, PersonField},
};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::api::AppError;

/// The fields of a form, which follow the news where nothing is typed.
#[derive(Clone, Copy)]
pub struct PersonForm {
    /// What the ids of its fields begin with.
    prefix: &'static str,
    /// What the admin knows of the user: a change is what differs from it.
    seen: RwSignal<PersonDetails>,
    typed: RwSignal<PersonDetails>,
    /// Fields that somebody else has changed while something was typed in them.
    moved: RwSignal<Vec<PersonField>>,
    faults: RwSignal<Vec<(PersonField, Refusal)>>,
    /// What is wrong with no field in particular.
    pub fault: RwSignal<Option<AppError>>,
    pub pending: RwSignal<bool>,
}

impl PersonForm {
    pub fn new(prefix: &'static str, details: PersonDetails) -> Self {
        Self {
            prefix,
            seen: RwSignal::new(details.clone()),
            typed: RwSignal::new(details),
            moved: RwSignal::new(Vec::new()),
            faults: RwSignal::new(Vec::new()),
            fault: RwSignal::new(None),
            pending: RwSignal::new(false),
        }
    }

    /// The `id` of a field.
    pub fn id(self, field: PersonField) -> String {
        format!("{}-{field}", self.prefix)
    }

    pub fn text(self, field: PersonField) -> String {
        self.typed.with(|typed| typed.text(field))
    }

    pub fn type_in(self, field: PersonField, text: String) {
        self.typed.update(|typed| typed.set(field, text));
        self.faults
            .update(|faults| faults.retain(|(wrong, _)| *wrong != field));
    }

    pub fn wrong(self, field: PersonField) -> Option<Refusal> {
        self.faults.with(|faults| {
            let fault = faults.iter().find(|(wrong, _)| *wrong == field);
            fault.map(|(_, why)| *why)
        })
    }

    /// What somebody else has made of the field that is being typed in.
    pub fn moved_to(self, field: PersonField) -> Option<String> {
        let moved = self.moved.with(|moved| moved.contains(&field));
        (moved && self.changed().contains(&field)).then(|| self.seen.with(|seen| seen.text(field)))
    }

    /// The fields with something new in them.
    pub fn changed(self) -> Vec<PersonField> {
        self.typed
            .with(|typed| self.seen.with(|seen| typed.differing(seen)))
    }

    /// Whether another address is typed than the known one, however either is written.
    pub fn moves(self) -> bool {
        let wanted = self.typed.get();
        wanted.username().is_some() && self.seen.with(|seen| !seen.same_address(&wanted))
    }

    pub fn seen(self) -> PersonDetails {
        self.seen.get_untracked()
    }

    pub fn typed(self) -> PersonDetails {
        self.typed.get_untracked()
    }

    /// Begins anew.
    pub fn begin(self, details: PersonDetails) {
        self.seen.set(details.clone());
        self.typed.set(details);
        self.moved.set(Vec::new());
        self.faults.set(Vec::new());
        self.fault.set(None);
    }

    /// News of the user. What is being typed stays.
    pub fn follow(self, news: &PersonDetails) {
        let seen = self.seen.get_untracked();
        for field in news.differing(&seen) {
            let (now, typed) = (news.text(field), untrack(|| self.text(field)));
            let is_typed_in = typed != seen.text(field);
            if is_typed_in && field.read(&typed).as_ref() != Ok(&now) {
                self.moved.update(|moved| moved.push(field));
            } else {
                self.typed.update(|typed| typed.set(field, now));
            }
        }
        self.seen.set(news.clone());
    }

    /// Marks what of these fields cannot be read; whether all can.
    pub fn check(self, fields: &[PersonField]) -> bool {
        let faults: Vec<_> = self.typed.with_untracked(|typed| {
            let unread = fields
                .iter()
                .filter_map(|field| Some((*field, field.read(&typed.text(*field)).err()?)));
            let is_nobody = [&typed.email, &typed.phone]
                .iter()
                .all(|text| text.trim().is_empty());
            let nobody = is_nobody.then_some((PersonField::Email, Refusal::NoContact));
            unread.chain(nobody).collect()
        });
        let all = faults.is_empty();
        self.fault.set(None);
        self.faults.set(faults);
        self.focus_fault();
        all
    }

    /// It was saved as this.
    pub fn saved(self, details: PersonDetails) {
        self.seen.set(details);
        self.moved.set(Vec::new());
    }

    /// It was not done: marks the field that this is about, or says it above.
    pub fn fail(self, error: AppError) {
        match error {
            AppError::Refused(why) if concerned(why).is_some() => {
                self.faults.set(
                    concerned(why)
                        .map(|field| (field, why))
                        .into_iter()
                        .collect(),
                );
                self.focus_fault();
            }
            error => self.fault.set(Some(error)),
        }
    }

    /// To the first field that is wrong.
    fn focus_fault(self) {
        let first = PersonField::ALL
            .iter()
            .find(|field| untrack(|| self.wrong(**field).is_some()));
        let element = first.and_then(|field| document().get_element_by_id(&self.id(*field)));
        if let Some(element) = element.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
            let _ = element.focus();
        }
    }
}

/// The field that a refusal is about, where that is clear.
fn concerned(refusal: Refusal) -> Option<PersonField> {
    match refusal {
        Refusal::EmailNotValid | Refusal::EmailTaken | Refusal::EmailFixed | Refusal::NoContact => {
            Some(PersonField::Email)
        }
        Refusal::PhoneNotValid | Refusal::PhoneWithoutCountryCode(_) | Refusal::PhoneImpossible => {
            Some(PersonField::Phone)
        }
        Refusal::RoleAboveYours | Refusal::AccessAboveYours | Refusal::LastOwner => {
            Some(PersonField::Role)
        }
        _ => None,
    }
}
