//! The command palette: Ctrl+K, some letters, Enter.

use std::time::Duration;

use leptos::{
    ev::{self, KeyboardEvent},
    html::{Dialog, Input},
    leptos_dom::helpers::TimeoutHandle,
    prelude::*,
    task::spawn_local,
};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use types::{
    access::{Permission, Permissions},
    users::{PageSize, UserRow, UsersFilter, UsersQuery},
};

use crate::{
    api::users::list_users,
    components::{
        icon::{Icon, IconName},
        language::use_locale,
    },
    i18n::{Locale, td_string},
    pages::{import::IMPORT, settings, user, users},
};

/// How long it waits for the next letter before it asks the server.
const PAUSE: Duration = Duration::from_millis(200);
/// People that it offers.
const PEOPLE: usize = 6;

/// A place to go to.
#[derive(Clone, PartialEq, Eq)]
struct Place {
    icon: IconName,
    text: String,
    address: String,
}

fn places(locale: Locale, permissions: &Permissions, operator: bool) -> Vec<Place> {
    let place = |icon, text: &str, address: &str| Place {
        icon,
        text: text.to_owned(),
        address: address.to_owned(),
    };
    let mut places = Vec::new();
    if permissions.has(Permission::ManageUsers) {
        places.extend([
            place(
                IconName::Users,
                td_string!(locale, common.console.users),
                "/users",
            ),
            place(
                IconName::UserPlus,
                td_string!(locale, users.invite),
                users::INVITE,
            ),
            place(IconName::User, td_string!(locale, people.add), users::ADD),
            place(IconName::Upload, td_string!(locale, users.import), IMPORT),
            place(
                IconName::Batches,
                td_string!(locale, common.console.batches),
                "/batches",
            ),
        ]);
    }
    places.extend(
        settings::pages(locale, permissions)
            .map(|(text, address)| place(IconName::Settings, text, address)),
    );
    places.extend(operator.then(|| {
        place(
            IconName::Building,
            td_string!(locale, common.console.operator),
            "/operator",
        )
    }));
    places.extend([
        place(
            IconName::Home,
            td_string!(locale, common.console.home),
            "/home",
        ),
        place(
            IconName::User,
            td_string!(locale, common.profile.title),
            "/profile",
        ),
    ]);
    places
}

fn person(user: &UserRow) -> Place {
    let name = format!("{} {}", user.first_name, user.last_name);
    Place {
        icon: IconName::User,
        text: format!("{} {}", name.trim(), user.username)
            .trim()
            .to_owned(),
        address: user::address(user.id),
    }
}

/// Opens on Ctrl+K (⌘K) anywhere in the console.
#[component]
pub fn Palette(permissions: Permissions, operator: bool) -> impl IntoView {
    let locale = use_locale();
    let manages_users = permissions.has(Permission::ManageUsers);
    let node = NodeRef::<Dialog>::new();
    let field = NodeRef::<Input>::new();
    let words = RwSignal::new(String::new());
    let people = RwSignal::new(Vec::<Place>::new());
    let at = RwSignal::new(0_usize);
    let timer = StoredValue::new(None::<TimeoutHandle>);

    let handle = window_event_listener(ev::keydown, move |event| {
        let asked = (event.ctrl_key() || event.meta_key()) && event.key().eq_ignore_ascii_case("k");
        if let Some(dialog) = node.get_untracked().filter(|_| asked) {
            event.prevent_default();
            words.set(String::new());
            people.set(Vec::new());
            at.set(0);
            if let Some(field) = field.get_untracked() {
                field.set_value("");
            }
            if !dialog.open() {
                let _ = dialog.show_modal();
            }
        }
    });
    on_cleanup(move || handle.remove());

    let offered = Memo::new(move |_| {
        let wanted = words.get().to_lowercase();
        let mut offered: Vec<Place> = places(locale, &permissions, operator)
            .into_iter()
            .filter(|place| place.text.to_lowercase().contains(wanted.trim()))
            .collect();
        offered.extend(people.get());
        offered
    });
    let look = move || {
        let wanted = words.get_untracked().trim().to_owned();
        if !manages_users || wanted.chars().count() < 2 {
            people.set(Vec::new());
            return;
        }
        spawn_local(async move {
            let query = UsersQuery {
                filter: UsersFilter {
                    q: wanted.clone(),
                    ..UsersFilter::default()
                },
                size: PageSize::Short,
                ..UsersQuery::default()
            };
            let found = list_users(query).await;
            // Somebody may have typed on, or left.
            if let (Ok(page), Some(now)) = (found, words.try_get_untracked())
                && now.trim() == wanted
            {
                people.set(page.rows.iter().take(PEOPLE).map(person).collect());
            }
        });
    };
    let typed = move |event| {
        words.set(event_target_value(&event));
        at.set(0);
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
        timer.set_value(set_timeout_with_handle(look, PAUSE).ok());
    };
    let navigate = use_navigate();
    let go = Callback::new(move |place: Place| {
        if let Some(dialog) = node.get_untracked() {
            dialog.close();
        }
        navigate(&place.address, NavigateOptions::default());
    });
    let pressed = move |event: KeyboardEvent| {
        let count = offered.with_untracked(Vec::len);
        match event.key().as_str() {
            "ArrowDown" if count > 0 => at.update(|at| *at = (*at + 1) % count),
            "ArrowUp" if count > 0 => at.update(|at| *at = (*at + count - 1) % count),
            "Enter" => {
                let place = offered.with_untracked(|all| all.get(at.get_untracked()).cloned());
                if let Some(place) = place {
                    go.run(place);
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    let option_id = |index: usize| format!("palette-{index}");

    view! {
        <dialog node_ref=node class="confirm palette" aria-label=td_string!(locale, common.palette.heading)>
            <label class="input w-full rounded-b-none border-x-0 border-t-0">
                <Icon name=IconName::Search class="size-4 text-base-content/70" />
                <input
                    node_ref=field
                    type="text"
                    role="combobox"
                    aria-expanded="true"
                    aria-controls="palette-list"
                    aria-activedescendant=move || option_id(at.get())
                    aria-label=td_string!(locale, common.palette.heading)
                    placeholder=td_string!(locale, common.palette.hint)
                    autocomplete="off"
                    autofocus=true
                    on:input=typed
                    on:keydown=pressed
                />
            </label>
            <ul id="palette-list" role="listbox" class="max-h-80 overflow-y-auto p-2" aria-label=td_string!(locale, common.palette.heading)>
                {move || {
                    offered
                        .get()
                        .into_iter()
                        .enumerate()
                        .map(|(index, place)| {
                            let chosen = place.clone();
                            view! {
                                <li
                                    id=option_id(index)
                                    role="option"
                                    aria-selected=move || (at.get() == index).to_string()
                                    class="flex min-h-10 cursor-pointer items-center gap-3 rounded-field px-3 text-sm aria-selected:bg-base-200"
                                    on:click=move |_| go.run(chosen.clone())
                                    on:mousemove=move |_| at.set(index)
                                >
                                    <Icon name=place.icon class="size-4" />
                                    <span class="min-w-0 truncate">{place.text}</span>
                                </li>
                            }
                        })
                        .collect_view()
                }}
            </ul>
            <Show when=move || offered.with(Vec::is_empty)>
                <p class="px-5 pb-5 text-sm text-base-content/75">{td_string!(locale, common.palette.nothing)}</p>
            </Show>
        </dialog>
    }
}
