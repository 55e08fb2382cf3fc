//! What a user may reach: why each right is there, and the sheet that changes it.

use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use types::{
    access::{Permission, RoleKind},
    refusal::Refusal,
    resources::Access,
    users::{
        AccessPart, AccessRequest, AccessWhy, Concern, InEffect, PersonAccess, PersonFeature,
        PersonPage, PersonReach, PersonResource,
    },
};

use super::super::console::use_awake;
use crate::{
    api::{AppError, users::change_access},
    components::{
        access_picker::{AccessPicker, any_choice, feature_text, kind_text, things_text},
        badge::role_name,
        dialog::Sheet,
        fault::Alert,
        icon::{Icon, IconName},
        language::use_locale,
        time::day_text,
        toast::use_toasts,
    },
    i18n::{Locale, td_string},
};

/// From so many on chosen ones are folded away.
const FOLDED_FROM: usize = 8;

/// What a part is called.
pub fn part_text(locale: Locale, part: AccessPart) -> &'static str {
    match part.about() {
        Concern::Kind(kind) => kind_text(locale, kind),
        Concern::Feature(feature) => feature_text(locale, feature),
    }
}

/// What a permission lets one do.
fn permission_text(locale: Locale, permission: Permission) -> &'static str {
    match permission {
        Permission::ManageUsers => td_string!(locale, access.permission.manage_users),
        Permission::CopyInvitationLinks => {
            td_string!(locale, access.permission.copy_invitation_links)
        }
        Permission::ManageRoles => td_string!(locale, access.permission.manage_roles),
        Permission::ManageOrganization => {
            td_string!(locale, access.permission.manage_organization)
        }
        Permission::ViewAudit => td_string!(locale, access.permission.view_audit),
    }
}

/// The section.
#[component]
pub fn Reach(
    page: Memo<PersonPage>,
    /// Reads the user again.
    refresh: Callback<()>,
) -> impl IntoView {
    let locale = use_locale();
    let awake = use_awake();
    let open = RwSignal::new(false);
    let access = Memo::new(move |_| page.with(|page| page.access.clone()));
    let role = Memo::new(move |_| {
        page.with(|page| {
            (
                page.row.role,
                role_name(locale, page.row.role, &page.row.role_name),
            )
        })
    });
    let editable =
        Memo::new(move |_| access.with(|access| access.editable && any_choice(&access.choices)));
    let note = move || {
        let is_owner = role.with(|(kind, _)| *kind == RoleKind::Owner);
        match access.with(|access| access.editable) {
            _ if is_owner => td_string!(locale, access.of_owner),
            false => td_string!(locale, access.beyond),
            true => "",
        }
    };
    view! {
        <section class="panel p-5 sm:p-6" aria-labelledby="access">
            <div class="flex flex-wrap items-center justify-between gap-3">
                <h2 id="access" class="text-lg font-semibold">
                    {td_string!(locale, access.person_heading)}
                </h2>
                <Show when=move || editable.get()>
                    <button
                        type="button"
                        class="btn btn-sm aria-disabled:cursor-progress"
                        aria-haspopup="dialog"
                        aria-disabled=move || (!awake.get()).then_some("true")
                        on:click=move |_| open.set(true)
                    >
                        {td_string!(locale, access.change)}
                    </button>
                </Show>
            </div>
            <p class="mt-2 text-sm text-base-content/80 empty:hidden">{note}</p>
            {move || view! { <Rights access=access.get() role=role.get().1 /> }}
        </section>
        <ChangeSheet page access open refresh />
    }
}

/// Each right with why it is there.
#[component]
fn Rights(access: PersonAccess, role: String) -> impl IntoView {
    let locale = use_locale();
    let from_role = td_string!(locale, access.from_role, role = role.as_str());
    let why = Why {
        why: access.why,
        from_role: from_role.clone(),
    };
    let reaches = access
        .reaches
        .into_iter()
        .map(|reach| view! { <ReachRow reach why=why.clone() /> })
        .collect_view();
    let features = access
        .features
        .into_iter()
        .map(|feature| view! { <FeatureRow feature why=why.clone() /> })
        .collect_view();
    let permissions = Permission::ALL
        .iter()
        .filter(|permission| access.permissions.has(**permission))
        .map(|permission| {
            view! {
                <Row name=permission_text(locale, *permission) why=from_role.clone().into_any()>
                    ""
                </Row>
            }
        })
        .collect_view();
    view! {
        <ul class="mt-3 divide-y divide-base-300" role="list">
            {reaches}
            {features}
            {permissions}
        </ul>
    }
}

/// Where the access comes from, for each of its rows.
#[derive(Clone)]
struct Why {
    why: AccessWhy,
    from_role: String,
}

impl Why {
    fn view(self, locale: Locale) -> AnyView {
        match self.why {
            AccessWhy::Role => self.from_role.into_any(),
            AccessWhy::Everyone => td_string!(locale, access.as_everyone).into_any(),
            AccessWhy::Chosen { by, at } => {
                let day = day_text(locale, at);
                let text = move || {
                    let day = day.get();
                    if let Some(who) = &by {
                        td_string!(
                            locale,
                            access.chosen_by,
                            who = who.as_str(),
                            day = day.as_str()
                        )
                    } else {
                        td_string!(locale, access.chosen_on, day = day.as_str())
                    }
                };
                view! { <bdi>{text}</bdi> }.into_any()
            }
        }
    }
}

/// A right, what is said of it, and why it is there.
#[component]
fn Row(name: &'static str, why: AnyView, children: Children) -> impl IntoView {
    view! {
        <li class="py-2.5 text-sm [overflow-wrap:anywhere]">
            <div class="flex flex-wrap justify-between gap-x-4">
                <span class="font-semibold">{name}</span>
                <span class="text-xs leading-5 text-base-content/75">{why}</span>
            </div>
            {children()}
        </li>
    }
}

#[component]
fn ReachRow(reach: PersonReach, why: Why) -> impl IntoView {
    let locale = use_locale();
    let what = match reach.chosen {
        None => td_string!(locale, access.all).into_any(),
        Some(chosen) if chosen.is_empty() => td_string!(locale, access.nothing).into_any(),
        Some(chosen) => {
            let count = chosen.len();
            let list = view! { <Chosen chosen /> };
            if count >= FOLDED_FROM {
                view! {
                    <details>
                        <summary class="cursor-pointer">
                            {td_string!(locale, access.names_more, count = count)}
                        </summary>
                        {list}
                    </details>
                }
                .into_any()
            } else {
                list.into_any()
            }
        }
    };
    view! {
        <Row name=things_text(locale, reach.kind) why=why.view(locale)>
            <div class="mt-0.5">{what}</div>
        </Row>
    }
}

/// Names, those without effect marked as such.
#[component]
fn Chosen(chosen: Vec<PersonResource>) -> impl IntoView {
    let locale = use_locale();
    let items = chosen
        .into_iter()
        .map(|it| {
            let class = match it.in_effect {
                InEffect::Yes => "",
                _ => "text-base-content/75",
            };
            view! {
                <li class=class>
                    {it.name} {effect_text(locale, it.in_effect).map(|text| format!(" ({text})"))}
                </li>
            }
        })
        .collect_view();
    view! {
        <ul class="grid gap-0.5" role="list">
            {items}
        </ul>
    }
}

/// `None` where it has its effect.
fn effect_text(locale: Locale, in_effect: InEffect) -> Option<&'static str> {
    match in_effect {
        InEffect::Yes => None,
        InEffect::Retired => Some(td_string!(locale, access.retired)),
        InEffect::Off => Some(td_string!(locale, access.off)),
    }
}

#[component]
fn FeatureRow(feature: PersonFeature, why: Why) -> impl IntoView {
    let locale = use_locale();
    let effect = effect_text(locale, feature.in_effect).map(|text| {
        view! { <p class="mt-0.5 text-base-content/75">{format!("({text})")}</p> }
    });
    view! {
        <Row name=feature_text(locale, feature.feature) why=why.view(locale)>
            {effect}
        </Row>
    }
}

/// The sheet that changes it. What somebody else changes meanwhile is taken over where it is saved.
#[component]
fn ChangeSheet(
    page: Memo<PersonPage>,
    access: Memo<PersonAccess>,
    open: RwSignal<bool>,
    refresh: Callback<()>,
) -> impl IntoView {
    let locale = use_locale();
    let toasts = use_toasts();
    let stored = Memo::new(move |_| access.with(|access| access.access.clone()));
    let choices = Memo::new(move |_| access.with(|access| access.choices.clone()));
    let seen = RwSignal::new(Access::default());
    let wanted = RwSignal::new(Access::default());
    let pending = RwSignal::new(false);
    let fault = RwSignal::new(None::<AppError>);
    // Whether somebody else was faster.
    let moved = RwSignal::new(false);
    let begin = move || {
        let now = stored.get_untracked();
        seen.set(now.clone());
        wanted.set(now);
    };
    Effect::new(move |_| {
        if open.get() {
            begin();
            fault.set(None);
            moved.set(false);
        }
    });
    Effect::new(move |_| {
        stored.track();
        if moved.get_untracked() {
            begin();
        }
    });
    let can_save = move || !pending.get() && seen.with(|seen| wanted.with(|wanted| seen != wanted));
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        if !untrack(can_save) {
            return;
        }
        let request = AccessRequest {
            user: page.with_untracked(|page| page.row.id),
            seen: seen.get_untracked(),
            wanted: wanted.get_untracked(),
        };
        pending.set(true);
        fault.set(None);
        moved.set(false);
        spawn_local(async move {
            let answer = change_access(request).await;
            // The page may have been left meanwhile.
            if pending.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(()) => {
                    open.set(false);
                    toasts.say(td_string!(locale, access.saved));
                    refresh.run(());
                }
                Err(AppError::Refused(Refusal::ChangedMeanwhile)) => {
                    moved.set(true);
                    begin();
                    refresh.run(());
                }
                Err(error) => fault.set(Some(error)),
            }
        });
    };
    view! {
        <Sheet open id="person-access" title=td_string!(locale, access.change_heading)>
            <form class="grid gap-5" novalidate on:submit=save>
                {move || fault.get().map(|error| view! { <Alert error /> })}
                <p role="alert" class="flex gap-2 text-sm empty:hidden">
                    {move || {
                        moved.get().then(|| {
                            view! {
                                <Icon name=IconName::Alert class="mt-0.5 size-4 text-warning" />
                                <span>{td_string!(locale, access.moved)}</span>
                            }
                        })
                    }}
                </p>
                <AccessPicker
                    prefix="person-access"
                    choices
                    access=wanted
                    on_change=Callback::new(move |access| wanted.set(access))
                />
                <button
                    type="submit"
                    class="btn btn-primary w-full"
                    disabled=move || !can_save()
                    aria-busy=move || pending.get().to_string()
                >
                    {move || {
                        if pending.get() {
                            td_string!(locale, access.saving)
                        } else {
                            td_string!(locale, access.save)
                        }
                    }}
                </button>
            </form>
        </Sheet>
    }
}
