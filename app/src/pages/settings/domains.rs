//! The domains whose addresses are invited.

use leptos::{html::Textarea, prelude::*};
use types::organization::{Domains, MOST_DOMAINS, Setting};

use super::panel::{Form, HINT, LABEL, SettingsForm};
use crate::{
    components::{
        contact_fault::email_fault_text,
        icon::{Icon, IconName},
        language::use_locale,
    },
    i18n::{Locale, td_string},
};

#[component]
pub fn DomainsForm(form: Form) -> impl IntoView {
    let locale = use_locale();
    let first = form.value(Setting::AllowedDomains);
    let is_wrong = form.is_wrong(Setting::AllowedDomains);
    let described = form.described_by(Setting::AllowedDomains, "domains-hint domains-wrong");
    let hint = form.hint(
        locale,
        Setting::AllowedDomains,
        td_string!(locale, organization.domains_effect),
    );
    let text = RwSignal::new(first.clone());
    let field = NodeRef::<Textarea>::new();
    // It may have been typed in before the page woke up.
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            text.set(field.value());
        }
    });
    let remarks = move || {
        text.with(|text| remarks(locale, text))
            .into_iter()
            .map(|remark| {
                view! {
                    <li class="flex gap-1.5">
                        <Icon name=IconName::Alert class="mt-0.5 size-4" />
                        <span class="min-w-0 break-words">{remark}</span>
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <SettingsForm
            form
            settings=&[Setting::AllowedDomains]
            title=td_string!(locale, organization.domains)
        >
            <div>
                <label class=LABEL for="domains">
                    {td_string!(locale, organization.domains_field)}
                </label>
                <textarea
                    node_ref=field
                    id="domains"
                    name="wanted[allowed_domains]"
                    rows="4"
                    class="textarea w-full font-mono text-base"
                    class:textarea-error=is_wrong
                    placeholder="example.com"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    aria-invalid=is_wrong.then_some("true")
                    aria-describedby=described
                    inner_html=escaped(&first)
                    on:input=move |event| text.set(event_target_value(&event))
                ></textarea>
                <ul id="domains-wrong" class="mt-1.5 space-y-1 text-sm empty:hidden" aria-live="polite">
                    {remarks}
                </ul>
                <p id="domains-hint" class=HINT>
                    {hint}
                </p>
            </div>
        </SettingsForm>
    }
}

/// What is to be said of a list.
fn remarks(locale: Locale, text: &str) -> Vec<String> {
    /// More are not named at once.
    const SHOWN: usize = 10;
    let list = Domains::read(text);
    let wrong = list.unread.iter().take(SHOWN).map(|unread| {
        let why = email_fault_text(locale, &unread.fault);
        td_string!(
            locale,
            organization.domain_wrong,
            text = unread.text.as_str(),
            why = why.as_str()
        )
    });
    let mut remarks: Vec<String> = wrong.collect();
    if !list.repeated.is_empty() {
        let repeated: Vec<_> = list
            .repeated
            .iter()
            .map(types::contact::Domain::as_str)
            .collect();
        remarks.push(td_string!(
            locale,
            organization.domain_repeated,
            list = repeated.join(", ")
        ));
    }
    if list.domains.len() > MOST_DOMAINS {
        remarks.push(td_string!(
            locale,
            organization.domains_many,
            most = MOST_DOMAINS
        ));
    }
    remarks
}

/// A text as the content of a `<textarea>`, where the server has to write it. The first line break
/// there counts for nothing, so there is one more.
pub fn escaped(text: &str) -> String {
    let text = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    format!("\n{text}")
}
