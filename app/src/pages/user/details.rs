//! The details of a user, to be changed.

use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use types::{
    access::RoleChoice,
    refusal::Refusal,
    users::{EditRequest, PersonPage, ShownStatus},
};

use super::{
    fields::{Fixed, PersonFields},
    form::PersonForm,
};
use crate::{
    api::{AppError, users::edit_user},
    components::{fault::Alert, language::use_locale, toast::use_toasts},
    i18n::td_string,
};

/// The form. `on_saved` is told whether a link has ended by it.
#[component]
pub fn Details(
    page: Memo<PersonPage>,
    /// Reads the user again.
    refresh: Callback<()>,
    on_saved: Callback<bool>,
) -> impl IntoView {
    let locale = use_locale();
    let toasts = use_toasts();
    let form = PersonForm::new("person", page.with_untracked(|page| page.details.clone()));
    let known = Memo::new(move |_| page.with(|page| page.details.clone()));
    Effect::new(move |_| known.with(|known| form.follow(known)));
    let fixed = Memo::new(move |_| page.with(fixed_of));
    let roles = Memo::new(move |_| page.with(roles_of));
    let linked = Memo::new(move |_| page.with(linked_address));
    let can_save = move || !form.changed().is_empty() && !form.pending.get();

    let save = move |event: SubmitEvent| {
        event.prevent_default();
        if !untrack(can_save) || !form.check(&untrack(|| form.changed())) {
            return;
        }
        let ends_link = untrack(|| linked.get().is_some() && form.moves());
        let request = EditRequest {
            user: page.with_untracked(|page| page.row.id),
            seen: form.seen(),
            wanted: form.typed(),
        };
        form.pending.set(true);
        spawn_local(async move {
            let answer = edit_user(request.clone()).await;
            // The page may have been left meanwhile.
            if form.pending.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(()) => {
                    form.saved(request.wanted);
                    toasts.say(td_string!(locale, people.saved));
                    on_saved.run(ends_link);
                    refresh.run(());
                }
                Err(error) => {
                    if error == AppError::Refused(Refusal::ChangedMeanwhile) {
                        refresh.run(());
                    }
                    form.fail(error);
                }
            }
        });
    };
    view! {
        <section class="panel @container p-5 sm:p-6" aria-labelledby="details">
            <h2 id="details" class="text-lg font-semibold">
                {td_string!(locale, people.details)}
            </h2>
            <Show when=move || fixed.get() == Fixed::All>
                <p class="mt-2 text-sm text-base-content/80">{td_string!(locale, people.above)}</p>
            </Show>
            <form class="mt-4 grid gap-5" novalidate on:submit=save>
                {move || form.fault.get().map(|error| view! { <Alert error /> })}
                <PersonFields form roles fixed linked />
                <Show when=move || fixed.get() != Fixed::All>
                    <button
                        type="submit"
                        class="btn btn-primary justify-self-start"
                        disabled=move || !can_save()
                        aria-busy=move || form.pending.get().to_string()
                    >
                        {move || {
                            if form.pending.get() {
                                td_string!(locale, people.saving)
                            } else {
                                td_string!(locale, people.save)
                            }
                        }}
                    </button>
                </Show>
            </form>
        </section>
    }
}

fn fixed_of(page: &PersonPage) -> Fixed {
    match (page.editable, page.joined) {
        (false, _) => Fixed::All,
        (true, true) if page.row.username.email().is_none() => Fixed::Phone,
        (true, true) => Fixed::Email,
        (true, false) => Fixed::Nothing,
    }
}

/// The roles to choose from; where nothing can be chosen, the one that it is.
fn roles_of(page: &PersonPage) -> Vec<RoleChoice> {
    if page.editable {
        return page.roles.clone();
    }
    vec![RoleChoice {
        id: page.details.role,
        kind: page.row.role,
        name: page.row.role_name.clone(),
    }]
}

/// The address whose link would end.
fn linked_address(page: &PersonPage) -> Option<String> {
    let pending = matches!(
        page.row.status,
        ShownStatus::Waiting | ShownStatus::Invited | ShownStatus::Expired | ShownStatus::Failed
    );
    pending.then(|| page.row.username.to_string())
}
