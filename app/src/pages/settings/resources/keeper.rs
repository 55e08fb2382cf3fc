//! What the buttons of the lists do, and how it is said.

use leptos::{prelude::*, task::spawn_local};
use types::{
    ids::ResourceId,
    resources::{ResourceKind, ResourceRow},
};

use super::focus::{HEADING, Keep};
use crate::{
    api::{
        AppError,
        resources::{
            count_choosers, move_resource, restore_resource, retire_resource, sort_resources,
        },
    },
    components::{
        fault::error_text,
        language::use_locale,
        toast::{ToastHandle, use_toasts},
    },
    i18n::{Locale, td_string},
};

#[derive(Clone, Copy)]
pub struct Keeper {
    pub locale: Locale,
    pub kind: ResourceKind,
    /// All of the kind, those that are retired among them.
    pub rows: Memo<Vec<ResourceRow>>,
    /// The ids of those in use, in their order.
    pub in_use: Memo<Vec<ResourceId>>,
    pub toasts: ToastHandle,
    pub keep: Keep,
    /// What is told to those who don't see the list.
    pub told: RwSignal<String>,
    /// Which one is about to be retired, and for how many users it is chosen.
    pub asked: RwSignal<Option<ResourceRow>>,
    pub choosers: RwSignal<Option<Result<u64, AppError>>>,
    pub asking: RwSignal<bool>,
    again: Callback<()>,
}

impl Keeper {
    pub fn new(kind: ResourceKind, rows: Memo<Vec<ResourceRow>>, again: Callback<()>) -> Self {
        let in_use = Memo::new(move |_| {
            rows.with(|rows| {
                let rows = rows.iter().filter(|row| row.retired_at.is_none());
                rows.map(|row| row.id).collect::<Vec<_>>()
            })
        });
        let keep = Keep::new();
        Effect::new(move |_| {
            in_use.track();
            keep.restore();
        });
        Self {
            locale: use_locale(),
            kind,
            rows,
            in_use,
            toasts: use_toasts(),
            keep,
            told: RwSignal::new(String::new()),
            asked: RwSignal::new(None),
            choosers: RwSignal::new(None),
            asking: RwSignal::new(false),
            again,
        }
    }

    /// Reads the list anew; `false` where the page was left meanwhile.
    pub fn refresh(self) -> bool {
        let is_there = self.told.try_get_untracked().is_some();
        if is_there {
            self.again.run(());
        }
        is_there
    }

    /// Moves one by so many places.
    pub fn shift(self, id: ResourceId, name: String, steps: i32) {
        spawn_local(async move {
            match move_resource(id, steps).await {
                Ok(place) => {
                    if self.refresh() {
                        let count = self.in_use.with_untracked(Vec::len);
                        self.told.set(td_string!(
                            self.locale,
                            resources.moved,
                            name = name.as_str(),
                            place = place,
                            count = count
                        ));
                    }
                }
                Err(error) => self.fail(&error),
            }
        });
    }

    pub fn sort(self) {
        spawn_local(async move {
            match sort_resources(self.kind).await {
                Ok(()) => {
                    self.refresh();
                    self.toasts.say(td_string!(self.locale, resources.sorted));
                }
                Err(error) => self.fail(&error),
            }
        });
    }

    /// Asks first, and counts for whom it is chosen.
    pub fn ask(self, row: ResourceRow) {
        let id = row.id;
        self.asked.set(Some(row));
        self.choosers.set(None);
        self.asking.set(true);
        spawn_local(async move {
            let count = count_choosers(id).await;
            let asked = self.asked.try_get_untracked().flatten();
            if asked.is_some_and(|asked| asked.id == id) {
                self.choosers.set(Some(count));
            }
        });
    }

    pub fn retire(self, row: ResourceRow) {
        spawn_local(async move {
            match retire_resource(row.id).await {
                Ok(()) => {
                    self.keep.on(HEADING);
                    self.refresh();
                    self.toasts.say_with(
                        td_string!(self.locale, resources.retired, name = row.name.as_str()),
                        td_string!(self.locale, resources.undo),
                        Callback::new(move |()| self.restore(row.clone())),
                    );
                }
                Err(error) => self.fail(&error),
            }
        });
    }

    pub fn restore(self, row: ResourceRow) {
        spawn_local(async move {
            match restore_resource(row.id).await {
                Ok(()) => {
                    self.keep.on(HEADING);
                    self.refresh();
                    let name = row.name.as_str();
                    self.toasts
                        .say(td_string!(self.locale, resources.restored, name = name));
                }
                Err(error) => self.fail(&error),
            }
        });
    }

    /// What is shown was no more so, perhaps.
    fn fail(self, error: &AppError) {
        self.toasts.warn(error_text(self.locale, error));
        self.refresh();
    }
}
