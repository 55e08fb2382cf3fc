//! Presets: saved choices of role, access and expiry, to fill the dialog with.

use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use types::{
    ids::PresetId,
    presets::{NewPreset, Preset},
    refusal::LONGEST_NAME,
    users::InviteChoices,
};

use super::{
    draft::Draft,
    settings::{shown_access, shown_role},
};
use crate::{
    api::{
        AppError,
        presets::{delete_preset, list_presets, save_preset},
    },
    components::{
        dialog::{Confirm, Sheet},
        fault::{Alert, error_text},
        icon::{Icon, IconName},
        language::use_locale,
        toast::use_toasts,
    },
    i18n::td_string,
};

/// The presets that are offered, and the one that fills the dialog.
#[derive(Clone, Copy)]
pub struct Presets {
    draft: Draft,
    list: RwSignal<Vec<Preset>>,
    /// The one that was chosen last.
    chosen: RwSignal<Option<PresetId>>,
    saving: RwSignal<bool>,
    deleting: RwSignal<bool>,
}

impl Presets {
    pub fn new(draft: Draft) -> Self {
        Self {
            draft,
            list: RwSignal::new(Vec::new()),
            chosen: RwSignal::new(None),
            saving: RwSignal::new(false),
            deleting: RwSignal::new(false),
        }
    }

    pub async fn read(self) {
        let answer = list_presets().await;
        // The page may have been left meanwhile. Without an answer there is nothing to offer.
        if let Ok(list) = answer {
            let _ = self.list.try_set(list);
        }
    }

    /// The chosen one, while the dialog is as it filled it.
    fn current(self) -> Option<Preset> {
        let id = self.chosen.get()?;
        let preset = self
            .list
            .with(|list| list.iter().find(|preset| preset.id == id).cloned())?;
        let is_as_filled = self
            .draft
            .access
            .with(|it| it.as_ref() == Some(&preset.access))
            && (preset.role.is_none() || self.draft.role.get() == preset.role)
            && self.draft.lifetime() == Ok(preset.lifetime);
        is_as_filled.then_some(preset)
    }

    fn choose(self, id: Option<PresetId>) {
        self.chosen.set(id);
        let preset = self.list.with_untracked(|list| {
            let chosen = list.iter().find(|preset| Some(preset.id) == id);
            chosen.cloned()
        });
        if let Some(preset) = preset {
            self.draft.apply(&preset);
        }
    }
}

/// The select "Preset" where there are any, and the way to delete the chosen one.
#[component]
pub fn PresetField(presets: Presets) -> impl IntoView {
    let locale = use_locale();
    let list = presets.list;
    let current = Memo::new(move |_| presets.current());
    let is_any = Memo::new(move |_| list.with(|list| !list.is_empty()));
    let options = move || {
        let options = list.get().into_iter().map(|preset| {
            let id = preset.id;
            let is_current =
                move || current.with(|current| current.as_ref().is_some_and(|it| it.id == id));
            view! {
                <option value=id.to_string() prop:selected=is_current>
                    {preset.name}
                </option>
            }
        });
        options.collect_view()
    };
    let lacks = move || current.with(|current| current.as_ref().is_some_and(|it| it.lacks));
    view! {
        <div hidden=move || !is_any.get()>
            <Show when=move || is_any.get()>
                <label class="mb-1 block text-sm font-medium" for="invite-preset">
                    {td_string!(locale, invite.preset)}
                </label>
                <select
                    id="invite-preset"
                    class="select w-full"
                    on:change=move |event| presets.choose(event_target_value(&event).parse().ok())
                >
                    <option value="" prop:selected=move || current.with(Option::is_none)>
                        {td_string!(locale, invite.no_preset)}
                    </option>
                    {options}
                </select>
            </Show>
            <p role="status" class="mt-1 flex gap-2 text-sm empty:hidden">
                {move || {
                    lacks().then(|| {
                        view! {
                            <Icon name=IconName::Alert class="mt-0.5 size-4 text-warning" />
                            <span>{td_string!(locale, invite.preset_lacks)}</span>
                        }
                    })
                }}
            </p>
            <Show when=move || current.with(Option::is_some)>
                <button
                    type="button"
                    class="btn btn-ghost btn-xs mt-1 -ml-2"
                    aria-haspopup="dialog"
                    on:click=move |_| presets.deleting.set(true)
                >
                    {td_string!(locale, invite.delete_preset)}
                </button>
            </Show>
        </div>
    }
}

/// Opens the sheet that saves one.
#[component]
pub fn SaveButton(presets: Presets) -> impl IntoView {
    let locale = use_locale();
    view! {
        <button
            type="button"
            class="btn btn-ghost btn-sm"
            aria-haspopup="dialog"
            on:click=move |_| presets.saving.set(true)
        >
            {td_string!(locale, invite.save_preset)}
        </button>
    }
}

/// The sheet that asks for the name of a new preset.
#[component]
pub fn SavePreset(presets: Presets, choices: RwSignal<Option<InviteChoices>>) -> impl IntoView {
    let locale = use_locale();
    let toasts = use_toasts();
    let open = presets.saving;
    let name = RwSignal::new(String::new());
    let pending = RwSignal::new(false);
    let fault = RwSignal::new(None::<AppError>);
    Effect::new(move |_| {
        if open.get() {
            fault.set(None);
        }
    });
    let wanted = move || {
        let role =
            choices.with(|choices| Some(shown_role(presets.draft, choices.as_ref()?)?.id))?;
        Some(NewPreset {
            name: name.get(),
            role,
            access: shown_access(presets.draft, choices),
            lifetime: presets.draft.lifetime().ok()?,
        })
    };
    let ready =
        move || !name.with(|name| name.trim().is_empty()) && !pending.get() && wanted().is_some();
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(wanted) = untrack(wanted).filter(|_| untrack(ready)) else {
            return;
        };
        pending.set(true);
        fault.set(None);
        spawn_local(async move {
            let answer = save_preset(wanted).await;
            // The page may have been left meanwhile.
            if pending.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(id) => {
                    presets.read().await;
                    presets.chosen.set(Some(id));
                    name.set(String::new());
                    open.set(false);
                    toasts.say(td_string!(locale, invite.preset_saved));
                }
                Err(error) => fault.set(Some(error)),
            }
        });
    };
    view! {
        <Sheet open id="save-preset" title=td_string!(locale, invite.save_preset)>
            <form class="grid gap-5" novalidate on:submit=save>
                <p class="text-sm text-base-content/80">
                    {td_string!(locale, invite.save_preset_lead)}
                </p>
                {move || fault.get().map(|error| view! { <Alert error /> })}
                <div>
                    <label class="mb-1 block text-sm font-medium" for="preset-name">
                        {td_string!(locale, invite.preset_name)}
                    </label>
                    <input
                        id="preset-name"
                        type="text"
                        class="input w-full text-base"
                        autofocus
                        autocomplete="off"
                        maxlength=LONGEST_NAME.to_string()
                        aria-describedby="preset-name-hint"
                        prop:value=move || name.get()
                        on:input=move |event| name.set(event_target_value(&event))
                    />
                    <p id="preset-name-hint" class="mt-1 text-sm text-base-content/75">
                        {td_string!(locale, invite.preset_name_hint)}
                    </p>
                </div>
                <button
                    type="submit"
                    class="btn btn-primary w-full"
                    disabled=move || !ready()
                    aria-busy=move || pending.get().to_string()
                >
                    {td_string!(locale, invite.preset_save)}
                </button>
            </form>
        </Sheet>
    }
}

/// The question before a preset is deleted.
#[component]
pub fn DeletePreset(presets: Presets) -> impl IntoView {
    let locale = use_locale();
    let toasts = use_toasts();
    let name = Memo::new(move |_| {
        let id = presets.chosen.get();
        presets.list.with(|list| {
            let chosen = list.iter().find(|preset| Some(preset.id) == id);
            chosen.map(|preset| preset.name.clone()).unwrap_or_default()
        })
    });
    let delete = Callback::new(move |()| {
        let Some(id) = presets.chosen.get_untracked() else {
            return;
        };
        spawn_local(async move {
            match delete_preset(id).await {
                Ok(()) => toasts.say(td_string!(locale, invite.preset_deleted)),
                Err(error) => toasts.warn(error_text(locale, &error)),
            }
            presets.read().await;
        });
    });
    let title = Signal::derive(move || {
        name.with(|name| td_string!(locale, invite.delete_preset_question, name = name.as_str()))
    });
    view! {
        <Confirm
            open=presets.deleting
            id="delete-preset"
            title
            button=td_string!(locale, invite.delete_preset)
            on_confirm=delete
            destructive=true
        >
            <p class="text-sm">{td_string!(locale, invite.delete_preset_text)}</p>
        </Confirm>
    }
}
