use leptos::{prelude::*, server_fn::ServerFn};
use types::{
    operator::{MOST_SEATS, OrganizationPage},
    organization::Verification,
    refusal::Refusal,
    resources::Feature,
    session::Flash,
};

use crate::{api::operator::ChangeOrganization, components::language::use_locale, i18n::td_string};

/// Seats, features, verification.
#[component]
pub fn Settings(page: OrganizationPage, flash: Flash) -> impl IntoView {
    let locale = use_locale();
    let settings = page.settings;
    let wrong = flash.refusal == Some(Refusal::SeatsNotValid);
    let seats = if wrong {
        flash.typed("seats")
    } else {
        settings
            .seats
            .map(|seats| seats.to_string())
            .unwrap_or_default()
    };
    let features = Feature::ALL.iter().map(|feature| {
        let (text, hint) = match feature {
            Feature::Scheduler => (
                td_string!(locale, operator.scheduler),
                td_string!(locale, operator.scheduler_hint),
            ),
            Feature::Upload => (
                td_string!(locale, operator.upload),
                td_string!(locale, operator.upload_hint),
            ),
        };
        let id = feature.as_str();
        let hint_id = format!("{id}-hint");
        view! {
            <div class="flex gap-3">
                <input
                    type="checkbox"
                    id=id
                    name=id
                    value="on"
                    class="checkbox checkbox-sm mt-0.5"
                    checked=settings.features.contains(feature)
                    aria-describedby=hint_id.clone()
                />
                <div>
                    <label for=id class="font-medium">{text}</label>
                    <p id=hint_id class="text-sm text-base-content/75">{hint}</p>
                </div>
            </div>
        }
    });
    let verifications = Verification::ALL.iter().map(|verification| {
        let text = match verification {
            Verification::EmailOnly => td_string!(locale, operator.email_only),
            Verification::EmailOrSms => td_string!(locale, operator.email_or_sms),
        };
        view! {
            <label class="flex items-center gap-3">
                <input
                    type="radio"
                    name="verification"
                    value=verification.as_str()
                    class="radio radio-sm"
                    checked=settings.verification == *verification
                />
                {text}
            </label>
        }
    });
    view! {
        <section class="panel p-6" aria-labelledby="settings-heading">
            <h2 id="settings-heading" class="text-lg font-semibold">
                {td_string!(locale, operator.settings)}
            </h2>
            <form method="post" action=ChangeOrganization::url() novalidate class="mt-4 space-y-6">
                <input type="hidden" name="id" value=page.organization.id.to_string() />
                <div>
                    <label for="seats" class="mb-1.5 block text-sm font-medium">
                        {td_string!(locale, operator.seats)}
                    </label>
                    <input
                        id="seats"
                        name="seats"
                        type="number"
                        inputmode="numeric"
                        min="1"
                        max=MOST_SEATS.to_string()
                        class=if wrong {
                            "input input-error w-40 tabular-nums"
                        } else {
                            "input w-40 tabular-nums"
                        }
                        value=seats
                        aria-invalid=wrong.then_some("true")
                        aria-describedby="seats-hint"
                    />
                    <p id="seats-hint" class="mt-1.5 text-sm text-base-content/75">
                        {td_string!(locale, operator.seats_hint)}
                    </p>
                </div>
                <fieldset class="space-y-3">
                    <legend class="mb-2 text-sm font-medium">
                        {td_string!(locale, operator.features)}
                    </legend>
                    {features.collect_view()}
                </fieldset>
                <fieldset class="space-y-3">
                    <legend class="mb-2 text-sm font-medium">
                        {td_string!(locale, operator.verification)}
                    </legend>
                    {verifications.collect_view()}
                </fieldset>
                <button type="submit" class="btn btn-primary">
                    {td_string!(locale, operator.save)}
                </button>
            </form>
        </section>
    }
}
