//! A name while it is changed, in its place in the list.

use leptos::{
    ev::{KeyboardEvent, SubmitEvent},
    html::Input,
    prelude::*,
    task::spawn_local,
};
use types::{
    ids::ResourceId,
    refusal::Refusal,
    resources::{RenameRequest, read_name},
};

use super::keeper::Keeper;
use crate::{
    api::{AppError, resources::rename_resource},
    components::{
        fault::error_text,
        icon::{Icon, IconName},
    },
    i18n::td_string,
};

#[component]
pub fn RenameForm(
    keeper: Keeper,
    id: ResourceId,
    /// As it is at the moment.
    name: Memo<String>,
    /// Called when it is over.
    end: Callback<()>,
) -> impl IntoView {
    let locale = keeper.locale;
    let node = NodeRef::<Input>::new();
    let first = name.get_untracked();
    let typed = RwSignal::new(first.clone());
    let pending = RwSignal::new(false);
    let fault = RwSignal::new(None::<AppError>);
    let first = StoredValue::new(first);
    // Seen by whoever saves: it is said below the field.
    let moved =
        Memo::new(move |_| name.with(|name| (first.get_value() != *name).then(|| name.clone())));
    let field = format!("name-{id}");
    let fault_id = format!("name-fault-{id}");
    let select = move || {
        // The row may be gone meanwhile.
        if let Some(input) = node.try_get_untracked().flatten() {
            let _ = input.focus();
            input.select();
        }
    };
    Effect::new(move |_| {
        // After its text is there.
        if node.get().is_some() {
            request_animation_frame(select);
        }
    });
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        if pending.get_untracked() {
            return;
        }
        let new = match read_name(&typed.get_untracked()) {
            Ok(new) => new,
            Err(refusal) => {
                fault.set(Some(refusal.into()));
                return select();
            }
        };
        let seen = name.get_untracked();
        if new == seen {
            return end.run(());
        }
        let request = RenameRequest {
            resource: id,
            seen,
            name: new.clone(),
        };
        pending.set(true);
        spawn_local(async move {
            let answer = rename_resource(request).await;
            // The page may have been left meanwhile, or the row be gone.
            if pending.try_set(false).is_some() {
                return;
            }
            keeper.refresh();
            match answer {
                Ok(()) => {
                    let said = td_string!(locale, resources.renamed, name = new.as_str());
                    keeper.toasts.say(said);
                    end.run(());
                }
                Err(AppError::Refused(Refusal::NotFound)) => {
                    let gone = td_string!(locale, resources.gone_meanwhile);
                    keeper.toasts.warn(gone);
                    end.run(());
                }
                Err(error) => {
                    fault.set(Some(error));
                    select();
                }
            }
        });
    };
    let press = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            end.run(());
        }
    };
    view! {
        <form class="py-1" novalidate on:submit=save on:keydown=press>
            <div class="flex flex-wrap items-center gap-2 sm:flex-nowrap">
                <label class="sr-only" for=field.clone()>
                    {first.with_value(|name| {
                        td_string!(locale, resources.name_for, name = name.as_str())
                    })}
                </label>
                <input
                    node_ref=node
                    id=field.clone()
                    type="text"
                    class="input w-full min-w-0 flex-1 basis-full text-base sm:basis-0"
                    dir="auto"
                    autocomplete="off"
                    aria-invalid=move || fault.with(Option::is_some).then_some("true")
                    aria-describedby=fault_id.clone()
                    prop:value=move || typed.get()
                    on:input=move |event| {
                        typed.set(event_target_value(&event));
                        fault.set(None);
                    }
                />
                <button
                    type="submit"
                    class="btn btn-primary btn-sm"
                    aria-busy=move || pending.get().to_string()
                >
                    {td_string!(locale, resources.save)}
                </button>
                <button type="button" class="btn btn-ghost btn-sm" on:click=move |_| end.run(())>
                    {td_string!(locale, common.cancel)}
                </button>
            </div>
            <div id=fault_id.clone() role="alert" class="text-sm [overflow-wrap:anywhere]">
                {move || {
                    fault
                        .get()
                        .map(|error| {
                            view! {
                                <p class="mt-1.5 flex gap-1.5">
                                    <Icon name=IconName::Alert class="mt-0.5 size-4 text-error" />
                                    {error_text(locale, &error)}
                                </p>
                            }
                        })
                }}
                {move || {
                    moved
                        .get()
                        .map(|name| {
                            view! {
                                <p class="mt-1.5">
                                    {td_string!(
                                        locale, resources.renamed_meanwhile, name = name.as_str()
                                    )}
                                </p>
                            }
                        })
                }}
            </div>
        </form>
    }
}
