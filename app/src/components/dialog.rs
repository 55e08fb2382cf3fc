//! Native `<dialog>`s: a side sheet for work, a small one for a question. The browser keeps the
//! focus inside, closes on Escape, makes the page behind inert and gives the focus back.

use leptos::{ev::MouseEvent, html::Dialog, prelude::*};

use super::icon::{Icon, IconName};
use super::language::use_locale;
use crate::i18n::td_string;

/// Opens and closes the native dialog as the signal says.
fn follow(open: RwSignal<bool>) -> NodeRef<Dialog> {
    let node = NodeRef::<Dialog>::new();
    Effect::new(move || {
        let wanted = open.get();
        let Some(dialog) = node.get() else { return };
        if wanted {
            // After the content is there, so that `autofocus` in it is found.
            request_animation_frame(move || {
                if open.get_untracked() && !dialog.open() {
                    let _ = dialog.show_modal();
                }
            });
        } else if dialog.open() {
            dialog.close();
        }
    });
    node
}

/// Closes on a click that began and ended on the backdrop; a selection dragged out of the box
/// ends there too, and must not throw away what was typed.
fn backdrop(
    open: RwSignal<bool>,
    node: NodeRef<Dialog>,
) -> (impl Fn(MouseEvent) + Clone, impl Fn(MouseEvent) + Clone) {
    let pressed = StoredValue::new(false);
    let on_backdrop = move |event: &MouseEvent| {
        let dialog = node.get_untracked();
        dialog.is_some_and(|dialog| {
            let dialog: &web_sys::EventTarget = dialog.as_ref();
            event.target().is_some_and(|target| target == *dialog)
        })
    };
    (
        move |event: MouseEvent| pressed.set_value(on_backdrop(&event)),
        move |event: MouseEvent| {
            if pressed.get_value() && on_backdrop(&event) {
                open.set(false);
            }
        },
    )
}

/// A side sheet, full height on a phone. Its content is made anew each time it opens: what must
/// outlive a closing belongs outside. The field to begin with gets `autofocus=true`.
#[component]
pub fn Sheet(
    open: RwSignal<bool>,
    /// The dialog's name, as its heading.
    #[prop(into)]
    title: Signal<String>,
    /// Unlike that of any other dialog on the page.
    #[prop(default = "sheet")]
    id: &'static str,
    children: ChildrenFn,
) -> impl IntoView {
    let locale = use_locale();
    let node = follow(open);
    let (press, release) = backdrop(open, node);
    let title_id = format!("{id}-title");
    let children = StoredValue::new(children);
    view! {
        <dialog
            node_ref=node
            id=id
            class="sheet"
            aria-labelledby=title_id.clone()
            on:close=move |_| open.set(false)
            on:mousedown=press
            on:click=release
        >
            <div class="flex h-full flex-col">
                <div class="flex items-center justify-between gap-4 border-b border-base-300 px-6 py-4">
                    <h2 id=title_id.clone() class="text-lg font-semibold">
                        {move || title.get()}
                    </h2>
                    <button
                        type="button"
                        class="btn btn-ghost btn-square btn-sm"
                        aria-label=td_string!(locale, common.close)
                        on:click=move |_| open.set(false)
                    >
                        <Icon name=IconName::Close />
                    </button>
                </div>
                <div class="min-h-0 flex-1 overflow-y-auto px-6 py-6">
                    <Show when=move || open.get()>{children.with_value(|children| children())}</Show>
                </div>
            </div>
        </dialog>
    }
}

/// A question before something is done. Closes, then calls `on_confirm`.
#[component]
pub fn Confirm(
    open: RwSignal<bool>,
    /// The question, as its heading.
    #[prop(into)]
    title: Signal<String>,
    /// The words on the button that does it.
    #[prop(into)]
    button: Signal<String>,
    #[prop(into)] on_confirm: Callback<()>,
    /// Whether it takes something away: a red button.
    #[prop(optional, into)]
    destructive: Signal<bool>,
    /// Whether it cannot be done (yet).
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Unlike that of any other dialog on the page.
    #[prop(default = "confirm")]
    id: &'static str,
    children: ChildrenFn,
) -> impl IntoView {
    let locale = use_locale();
    let node = follow(open);
    let (press, release) = backdrop(open, node);
    let title_id = format!("{id}-title");
    let text_id = format!("{id}-text");
    let children = StoredValue::new(children);
    let class = move || {
        if destructive.get() {
            "btn btn-error"
        } else {
            "btn btn-primary"
        }
    };
    view! {
        <dialog
            node_ref=node
            id=id
            class="confirm"
            aria-labelledby=title_id.clone()
            aria-describedby=text_id.clone()
            on:close=move |_| open.set(false)
            on:mousedown=press
            on:click=release
        >
            <div class="p-6">
                <h2 id=title_id.clone() class="text-lg font-semibold">
                    {move || title.get()}
                </h2>
                <div id=text_id.clone() class="mt-2">
                    <Show when=move || open.get()>{children.with_value(|children| children())}</Show>
                </div>
                <div class="mt-6 flex flex-wrap justify-end gap-2">
                    <button type="button" class="btn btn-ghost" on:click=move |_| open.set(false)>
                        {td_string!(locale, common.cancel)}
                    </button>
                    <button
                        type="button"
                        class=class
                        disabled=move || disabled.get()
                        on:click=move |_| {
                            open.set(false);
                            on_confirm.run(());
                        }
                    >
                        {move || button.get()}
                    </button>
                </div>
            </div>
        </dialog>
    }
}
