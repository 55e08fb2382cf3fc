use leptos::{prelude::*, server_fn::ServerFn};
use types::{ids::OrganizationId, operator::OwnerRow, session::Flash, users::ShownStatus};

use crate::{
    api::operator::InviteOwner,
    components::{badge::StatusBadge, field::TextField, language::use_locale},
    i18n::td_string,
};

/// Who owns the organization, and inviting one more: also where the first one never came.
#[component]
pub fn Owners(
    id: OrganizationId,
    owners: Vec<OwnerRow>,
    suspended: bool,
    flash: Flash,
) -> impl IntoView {
    let locale = use_locale();
    let items = owners
        .into_iter()
        .map(|owner| view! { <Item id owner suspended /> })
        .collect_view();
    let refusal = flash.refusal;
    let typed = move |field: &str| {
        if flash.done {
            String::new()
        } else {
            flash.typed(field)
        }
    };
    let is_open = refusal.is_some() && !typed("email").is_empty();
    view! {
        <section class="panel p-6" aria-labelledby="owners">
            <h2 id="owners" class="text-lg font-semibold">{td_string!(locale, operator.owners)}</h2>
            <ul
                class="mt-3 divide-y divide-base-300 border-y border-base-300"
                role="list"
                aria-labelledby="owners"
            >
                {items}
            </ul>
            {(!suspended)
                .then(|| {
                    view! {
                        <details class="mt-4" open=is_open>
                            <summary class="btn btn-sm">
                                {td_string!(locale, operator.invite_owner)}
                            </summary>
                            <form
                                method="post"
                                action=InviteOwner::url()
                                novalidate
                                class="mt-4 max-w-md space-y-5"
                            >
                                <input type="hidden" name="id" value=id.to_string() />
                                <TextField
                                    label=td_string!(locale, operator.owner_name)
                                    name="name"
                                    autocomplete="off"
                                    value=typed("name")
                                    required=true
                                    refusal
                                />
                                <TextField
                                    label=td_string!(locale, operator.owner_email)
                                    name="email"
                                    kind="email"
                                    autocomplete="off"
                                    value=typed("email")
                                    required=true
                                    refusal
                                />
                                <button type="submit" class="btn btn-primary">
                                    {td_string!(locale, operator.send_invitation)}
                                </button>
                            </form>
                        </details>
                    }
                })}
        </section>
    }
}

/// One owner; whoever has not joined can be sent the invitation again.
#[component]
fn Item(id: OrganizationId, owner: OwnerRow, suspended: bool) -> impl IntoView {
    let locale = use_locale();
    let is_pending = !matches!(owner.status, ShownStatus::Active | ShownStatus::Deactivated);
    // Their own name is kept; the form asks for one.
    let name = match owner.name.as_str() {
        "" => owner.email.clone(),
        name => name.to_owned(),
    };
    let again = (is_pending && !suspended).then(|| {
        view! {
            <form method="post" action=InviteOwner::url()>
                <input type="hidden" name="id" value=id.to_string() />
                <input type="hidden" name="name" value=name.clone() />
                <input type="hidden" name="email" value=owner.email.clone() />
                <button
                    type="submit"
                    class="btn btn-sm"
                    aria-label=format!(
                        "{}: {}",
                        td_string!(locale, operator.send_again),
                        owner.email,
                    )
                >
                    {td_string!(locale, operator.send_again)}
                </button>
            </form>
        }
    });
    let email = (name != owner.email).then(|| {
        view! { <p class="text-sm break-all text-base-content/80">{owner.email.clone()}</p> }
    });
    view! {
        <li class="flex min-h-12 flex-wrap items-center gap-3 py-2">
            <div class="min-w-48 flex-1">
                <p class="font-medium break-words">{name.clone()}</p>
                {email}
            </div>
            <StatusBadge status=owner.status />
            {again}
        </li>
    }
}
