//! The words of a message, with the message as it will look beside them.

use std::time::Duration;

use leptos::{
    ev::SubmitEvent,
    html::{Button, Input, Textarea},
    leptos_dom::helpers::TimeoutHandle,
    prelude::*,
    server_fn::ServerFn,
    task::spawn_local,
};
use types::{
    invitation::Channel,
    language::Language,
    organization::{
        InvitationsPage as Page, LONGEST_SMS, OfferBy, Placeholder, Wording, WordingKey,
        WordingPart, WordingRequest, unknown,
    },
    refusal::Refusal,
    session::Flash,
};
use wasm_bindgen::JsCast;

use super::{
    PREVIEW,
    domains::escaped,
    panel::{HINT, LABEL, PanelFrame, Said},
};
use crate::{
    api::{
        AppError,
        organization::{Panel, SaveWording, read_invitation_settings, save_wording, send_test},
    },
    components::{
        fault::{Alert, error_text, refusal_text},
        icon::{Icon, IconName},
        language::use_locale,
        toast::use_toasts,
    },
    i18n::{Locale, td_string},
    pages::console::use_awake,
};

/// How long the preview waits for the next letter.
const PAUSE: Duration = Duration::from_millis(500);
const FRAME: &str = "letter-preview";
const SHOW: &str = "show-preview";

/// The words of one message as they are being written.
#[derive(Clone, Copy)]
struct Draft {
    key: WordingKey,
    /// What the invitations carry.
    offer: OfferBy,
    /// What the fields hold.
    wording: RwSignal<Wording>,
    /// What they began with.
    seen: RwSignal<Wording>,
    subject: NodeRef<Input>,
    opening: NodeRef<Textarea>,
    closing: NodeRef<Textarea>,
    pending: RwSignal<bool>,
    fault: RwSignal<Option<AppError>>,
}

impl Draft {
    fn new(page: &Page, key: WordingKey, flash: &Flash) -> Self {
        let seen = page.wording(key);
        let mut wording = seen.clone();
        for part in WordingPart::ALL {
            let typed = flash.typed.get(part.as_str());
            if let Some(typed) = typed.filter(|_| !flash.done) {
                wording.set(*part, typed.clone());
            }
        }
        Self {
            key,
            offer: page.offer(),
            wording: RwSignal::new(wording),
            seen: RwSignal::new(seen),
            subject: NodeRef::new(),
            opening: NodeRef::new(),
            closing: NodeRef::new(),
            pending: RwSignal::new(false),
            fault: RwSignal::new(None),
        }
    }

    /// What there is to word.
    fn parts(self) -> &'static [WordingPart] {
        match self.key.channel {
            Channel::Sms => &[WordingPart::Opening],
            Channel::Email | Channel::Copied => WordingPart::ALL,
        }
    }

    /// Takes in what the fields hold.
    fn take_in(self) {
        let read = |node: Option<String>| node.unwrap_or_default();
        let fields = Wording {
            subject: read(self.subject.get_untracked().map(|it| it.value())),
            opening: read(self.opening.get_untracked().map(|it| it.value())),
            closing: read(self.closing.get_untracked().map(|it| it.value())),
        };
        if self.wording.with_untracked(|wording| *wording != fields) {
            self.wording.set(fields);
        }
    }

    /// Puts a text in every field that is empty.
    fn begin_with(self, words: &Wording) {
        self.take_in();
        let mut wording = self.wording.get_untracked();
        for part in self.parts() {
            if wording.text(*part).trim().is_empty() {
                wording.set(*part, words.text(*part).to_owned());
            }
        }
        if let Some(field) = self.subject.get_untracked() {
            field.set_value(&wording.subject);
        }
        if let Some(field) = self.opening.get_untracked() {
            field.set_value(&wording.opening);
        }
        if let Some(field) = self.closing.get_untracked() {
            field.set_value(&wording.closing);
        }
        self.wording.set(wording);
    }

    /// Why a part can't be saved as it is.
    fn wrong(self, part: WordingPart) -> Option<Refusal> {
        self.wording.with(|wording| {
            part.read(self.key.channel, self.offer, wording.text(part))
                .err()
        })
    }

    fn request(self) -> WordingRequest {
        WordingRequest {
            channel: self.key.channel,
            language: self.key.language,
            seen: self.seen.get_untracked(),
            wanted: self.wording.get_untracked(),
        }
    }
}

#[component]
pub fn WordsPanel(page: Page, message: WordingKey, flash: Flash) -> impl IntoView {
    let locale = use_locale();
    let is_email = message.channel == Channel::Email;
    let draft = Draft::new(&page, message, &flash);
    // Words may have been typed before the page woke up.
    Effect::new(move |_| {
        draft.opening.track();
        draft.take_in();
    });
    let preview = Preview::new(draft);
    let (title, lead) = if is_email {
        (
            td_string!(locale, organization.words),
            td_string!(locale, organization.words_lead),
        )
    } else {
        (
            td_string!(locale, organization.sms),
            td_string!(locale, organization.sms_lead),
        )
    };
    let panel = if is_email { Panel::Wording } else { Panel::Sms };
    let frame = is_email.then(|| view! { <Frame preview language=message.language /> });
    view! {
        <PanelFrame panel title lead=Some(lead)>
            <Said flash done=td_string!(locale, organization.words_saved) />
            {move || draft.fault.get().map(|error| view! { <Alert error /> })}
            <div class=if is_email { "grid gap-6 xl:grid-cols-2" } else { "grid gap-6" }>
                <Editor draft preview page />
                {frame}
            </div>
        </PanelFrame>
    }
}

#[component]
fn Editor(draft: Draft, preview: Preview, page: Page) -> impl IntoView {
    let locale = use_locale();
    let toasts = use_toasts();
    let WordingKey { channel, language } = draft.key;
    let is_email = channel == Channel::Email;
    let ushers = if is_email {
        page.ushers(language)
    } else {
        Wording::default()
    };
    let save = move |event: SubmitEvent| {
        // The same form shows the preview, by another button.
        let by = event.submitter().map(|button| button.id());
        if by.as_deref() == Some(SHOW) {
            return;
        }
        event.prevent_default();
        draft.take_in();
        let wrong = untrack(|| draft.parts().iter().find_map(|part| draft.wrong(*part)));
        draft.fault.set(wrong.map(AppError::Refused));
        if wrong.is_some() || draft.pending.get_untracked() {
            return;
        }
        draft.pending.set(true);
        let request = draft.request();
        spawn_local(async move {
            let answer = save_wording(request.clone()).await;
            // The page may have been left meanwhile.
            if draft.pending.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(()) => {
                    draft.seen.set(
                        request
                            .wanted
                            .read(channel, draft.offer)
                            .unwrap_or(request.wanted),
                    );
                    toasts.say(td_string!(locale, organization.words_saved));
                }
                Err(error) => {
                    if error == AppError::Refused(Refusal::ChangedMeanwhile)
                        && let Ok(page) = read_invitation_settings().await
                    {
                        draft.seen.set(page.wording(draft.key));
                    }
                    draft.fault.set(Some(error));
                }
            }
        });
    };
    let hidden = [
        ("request[channel]".to_owned(), channel.to_string()),
        ("request[language]".to_owned(), language.to_string()),
    ];
    let hidden =
        hidden.map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
    let seen = WordingPart::ALL.iter().map(|part| {
        let value = move || draft.seen.with(|seen| seen.text(*part).to_owned());
        view! { <input type="hidden" name=format!("request[seen][{part}]") value=value /> }
    });
    let seen = seen.collect_view();
    let begin = {
        let ushers = ushers.clone();
        move |_| draft.begin_with(&ushers)
    };
    let awake = use_awake();
    let fields = if is_email {
        view! {
            <SubjectField draft placeholder=ushers.subject.clone() />
            <TextBox draft part=WordingPart::Opening rows="7" placeholder=ushers.opening.clone() />
            <TextBox draft part=WordingPart::Closing rows="4" placeholder=ushers.closing.clone() />
        }
        .into_any()
    } else {
        view! { <TextBox draft part=WordingPart::Opening rows="4" placeholder=String::new() /> }
            .into_any()
    };
    let email_buttons = is_email.then(|| {
        view! {
            <button
                node_ref=preview.button
                id=SHOW
                type="submit"
                formaction=PREVIEW
                formtarget=FRAME
                class="btn"
            >
                {td_string!(locale, organization.preview_show)}
            </button>
            <TestButton draft address=page.own_address.to_string() />
            <button
                type="button"
                class="btn btn-ghost"
                aria-disabled=move || (!awake.get()).then_some("true")
                on:click=begin
            >
                {td_string!(locale, organization.begin_with_usher)}
            </button>
        }
    });
    view! {
        <form
            method="post"
            action=SaveWording::url()
            novalidate
            class="max-w-2xl space-y-5"
            on:submit=save
            on:input=move |_| draft.take_in()
        >
            {hidden.into_iter().collect_view()}
            {seen}
            <Places channel offer=draft.offer />
            {fields}
            <p class=HINT>
                {if is_email {
                    td_string!(locale, organization.words_effect)
                } else {
                    td_string!(locale, organization.sms_effect)
                }}
            </p>
            <div class="flex flex-wrap gap-3">
                <button
                    type="submit"
                    class="btn btn-primary"
                    aria-busy=move || draft.pending.get().to_string()
                >
                    {move || {
                        if draft.pending.get() {
                            td_string!(locale, organization.saving)
                        } else {
                            td_string!(locale, organization.save)
                        }
                    }}
                </button>
                {email_buttons}
            </div>
        </form>
    }
}

/// What can be filled in.
#[component]
fn Places(channel: Channel, offer: OfferBy) -> impl IntoView {
    let locale = use_locale();
    let places = Placeholder::of(channel, offer)
        .iter()
        .map(|place| {
            let text = match place {
                Placeholder::Name => td_string!(locale, organization.place_name),
                Placeholder::Organization => td_string!(locale, organization.place_organization),
                Placeholder::Inviter => td_string!(locale, organization.place_inviter),
                Placeholder::Role => td_string!(locale, organization.place_role),
                Placeholder::Expires => td_string!(locale, organization.place_expires),
                Placeholder::Link if offer == OfferBy::TemporaryPassword => {
                    td_string!(locale, organization.place_sign_in)
                }
                Placeholder::Link => td_string!(locale, organization.place_link),
                Placeholder::Username => td_string!(locale, organization.place_username),
                Placeholder::Password => td_string!(locale, organization.place_password),
            };
            view! {
                <li>
                    <code class="rounded-selector bg-base-200 px-1 py-0.5">{format!("{{{place}}}")}</code>
                    " "
                    {text}
                </li>
            }
        })
        .collect_view();
    view! {
        <div class="text-sm text-base-content/80">
            <p>{td_string!(locale, organization.places)}</p>
            <ul class="mt-1.5 flex flex-wrap gap-x-4 gap-y-1.5">{places}</ul>
        </div>
    }
}

fn part_text(locale: Locale, key: WordingKey, part: WordingPart) -> &'static str {
    match (key.channel, part) {
        (Channel::Sms, _) => td_string!(locale, organization.sms_text),
        (_, WordingPart::Subject) => td_string!(locale, organization.subject),
        (_, WordingPart::Opening) => td_string!(locale, organization.opening),
        (_, WordingPart::Closing) => td_string!(locale, organization.closing),
    }
}

/// The id of a part's field.
fn field_id(draft: Draft, part: WordingPart) -> String {
    format!("{}-{part}", draft.key.channel)
}

#[component]
fn SubjectField(draft: Draft, placeholder: String) -> impl IntoView {
    let locale = use_locale();
    let part = WordingPart::Subject;
    let id = field_id(draft, part);
    view! {
        <div>
            <label class=LABEL for=id.clone()>
                {part_text(locale, draft.key, part)}
            </label>
            <input
                node_ref=draft.subject
                id=id.clone()
                name="request[wanted][subject]"
                type="text"
                lang=draft.key.language.as_str()
                class="input w-full text-base"
                class:input-error=move || draft.wrong(part).is_some()
                value=draft.wording.with_untracked(|wording| wording.subject.clone())
                placeholder=placeholder
                autocomplete="off"
                aria-invalid=move || draft.wrong(part).is_some().then_some("true")
                aria-describedby=format!("{id}-wrong")
            />
            <Remarks draft part />
        </div>
    }
}

#[component]
fn TextBox(
    draft: Draft,
    part: WordingPart,
    rows: &'static str,
    placeholder: String,
) -> impl IntoView {
    let locale = use_locale();
    let id = field_id(draft, part);
    let node = match part {
        WordingPart::Closing => draft.closing,
        _ => draft.opening,
    };
    let hint = match (draft.key.channel, part) {
        (Channel::Sms, _) => {
            let used = move || {
                draft
                    .wording
                    .with(|wording| wording.opening.chars().count())
            };
            let count = move || {
                td_string!(
                    locale,
                    organization.sms_count,
                    used = used(),
                    most = LONGEST_SMS
                )
            };
            view! { <span class="tabular-nums">{count}</span> }.into_any()
        }
        (_, WordingPart::Closing) => td_string!(locale, organization.closing_hint).into_any(),
        _ => td_string!(locale, organization.opening_hint).into_any(),
    };
    let first = draft
        .wording
        .with_untracked(|wording| escaped(wording.text(part)));
    view! {
        <div>
            <label class=LABEL for=id.clone()>
                {part_text(locale, draft.key, part)}
            </label>
            <textarea
                node_ref=node
                id=id.clone()
                name=format!("request[wanted][{part}]")
                rows=rows
                lang=draft.key.language.as_str()
                class="textarea w-full text-base"
                class:textarea-error=move || draft.wrong(part).is_some()
                placeholder=placeholder
                aria-invalid=move || draft.wrong(part).is_some().then_some("true")
                aria-describedby=format!("{id}-wrong {id}-hint")
                inner_html=first
            ></textarea>
            <Remarks draft part />
            <p id=format!("{id}-hint") class=HINT>
                {hint}
            </p>
        </div>
    }
}

/// What is wrong with a part, and what somebody else has made of it meanwhile.
#[component]
fn Remarks(draft: Draft, part: WordingPart) -> impl IntoView {
    let locale = use_locale();
    let id = field_id(draft, part);
    let wrong = move || match draft.wrong(part)? {
        Refusal::PlaceholderUnknown => {
            let words = draft
                .wording
                .with(|wording| unknown(draft.key.channel, draft.offer, wording.text(part)));
            let words: Vec<_> = words.iter().map(|word| format!("{{{word}}}")).collect();
            let list = words.join(", ");
            Some(td_string!(
                locale,
                organization.unknown_places,
                list = list.as_str()
            ))
        }
        refusal => Some(refusal_text(locale, refusal)),
    };
    let wrong = move || {
        wrong().map(|text| {
            view! {
                <Icon name=IconName::Alert class="mt-0.5 size-4 text-error" />
                <span class="min-w-0 break-words">{text}</span>
            }
        })
    };
    let moved = move || {
        let is_moved = draft.fault.get() == Some(AppError::Refused(Refusal::ChangedMeanwhile));
        let now = draft.seen.with(|seen| seen.text(part).to_owned());
        let differs = draft.wording.with(|wording| wording.text(part) != now);
        (is_moved && differs).then(|| {
            if now.is_empty() {
                td_string!(locale, people.moved_empty).to_owned()
            } else {
                td_string!(locale, people.moved, value = now.as_str())
            }
        })
    };
    view! {
        <p id=format!("{id}-wrong") class="mt-1.5 flex gap-1.5 text-sm empty:hidden" aria-live="polite">
            {wrong}
        </p>
        <p class="mt-1.5 text-sm whitespace-pre-line empty:hidden" aria-live="polite">
            {moved}
        </p>
    }
}

#[component]
fn TestButton(draft: Draft, address: String) -> impl IntoView {
    let locale = use_locale();
    let awake = use_awake();
    let toasts = use_toasts();
    let pending = RwSignal::new(false);
    let send = move |_| {
        if pending.get_untracked() {
            return;
        }
        pending.set(true);
        draft.take_in();
        let WordingRequest {
            language, wanted, ..
        } = draft.request();
        let address = address.clone();
        spawn_local(async move {
            let answer = send_test(language, wanted).await;
            // The page may have been left meanwhile.
            if pending.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(None) => toasts.say(td_string!(
                    locale,
                    organization.test_sent,
                    email = address.as_str()
                )),
                Ok(Some(failure)) => toasts.warn(td_string!(
                    locale,
                    organization.test_failed,
                    words = failure.words.as_str()
                )),
                Err(error) => toasts.warn(error_text(locale, &error)),
            }
        });
    };
    view! {
        <button
            type="button"
            class="btn"
            aria-disabled=move || (!awake.get()).then_some("true")
            aria-busy=move || pending.get().to_string()
            on:click=send
        >
            <Icon name=IconName::Send class="size-4" />
            {move || {
                if pending.get() {
                    td_string!(locale, organization.sending_test)
                } else {
                    td_string!(locale, organization.send_test)
                }
            }}
        </button>
    }
}

/// Draws the message anew a moment after the last letter.
#[derive(Clone, Copy)]
struct Preview {
    /// Sends the form to the frame.
    button: NodeRef<Button>,
    /// Each drawing has a frame of its own: one that is used again would be a step in the browser's
    /// history each time.
    drawing: RwSignal<u32>,
}

impl Preview {
    fn new(draft: Draft) -> Self {
        let preview = Self {
            button: NodeRef::new(),
            drawing: RwSignal::new(0),
        };
        let timer = StoredValue::new(None::<TimeoutHandle>);
        let stop = move || {
            if let Some(timer) = timer.try_update_value(Option::take).flatten() {
                timer.clear();
            }
        };
        on_cleanup(stop);
        Effect::new(move |before: Option<Wording>| {
            let now = draft.wording.get();
            if before.as_ref().is_some_and(|before| *before != now) {
                stop();
                let draw = move || preview.draw();
                timer.set_value(set_timeout_with_handle(draw, PAUSE).ok());
            }
            now
        });
        preview
    }

    fn draw(self) {
        if self.drawing.try_update(|drawing| *drawing += 1).is_none() {
            return;
        }
        // Once the new frame is there.
        request_animation_frame(move || {
            let button = self.button.try_get_untracked().flatten();
            if let Some(button) = button {
                let button: &web_sys::HtmlElement = button.unchecked_ref();
                button.click();
            }
        });
    }
}

#[component]
fn Frame(preview: Preview, language: Language) -> impl IntoView {
    let locale = use_locale();
    let kept = format!("{PREVIEW}?language={language}");
    view! {
        <div class="min-w-0">
            <h3 class="text-sm font-medium">{td_string!(locale, organization.preview)}</h3>
            <p class="mt-1 text-sm text-base-content/75">{td_string!(locale, organization.preview_lead)}</p>
            <div class="mt-3 h-[40rem] overflow-hidden rounded-box border border-base-300 bg-white">
                <For each=move || [preview.drawing.get()] key=|drawing| *drawing let:drawing>
                    <iframe
                        name=FRAME
                        src=(drawing == 0).then(|| kept.clone())
                        title=td_string!(locale, organization.preview)
                        class="block h-full w-full"
                    ></iframe>
                </For>
            </div>
        </div>
    }
}
