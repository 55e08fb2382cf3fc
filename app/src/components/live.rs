//! News from the server: a counter that rises when something changed, as a source of resources.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Event, EventSource};

/// News that come close together count as one.
const PAUSE: Duration = Duration::from_millis(250);
/// First and longest wait before a connection that the server refused is tried again.
const FIRST_RETRY: Duration = Duration::from_secs(2);
const LONGEST_RETRY: Duration = Duration::from_mins(1);

#[derive(Clone, Copy)]
struct Live {
    count: RwSignal<u64>,
    doubts: RwSignal<u64>,
}

/// Listens to `/events` while the current page (the console) stands. In the browser only.
pub fn provide_live() {
    let count = RwSignal::new(0);
    let doubts = RwSignal::new(0);
    provide_context(Live { count, doubts });
    // All of it inside the effect: what belongs to one thread must not be made on the server, where
    // any thread may drop it.
    Effect::new(move || {
        let line = Line(StoredValue::new_local(None));
        line.open(count, doubts);
        on_cleanup(move || line.close());
    });
}

/// Rises with every change of the organization's data. 0 for good where nobody listens.
pub fn use_live() -> Signal<u64> {
    match use_context::<Live>() {
        Some(Live { count, .. }) => count.into(),
        None => Signal::stored(0),
    }
}

/// Rises where the server has ended the connection: the session may be another one by now, or nobody's.
/// 0 for good where nobody listens.
pub fn use_doubts() -> Signal<u64> {
    match use_context::<Live>() {
        Some(Live { doubts, .. }) => doubts.into(),
        None => Signal::stored(0),
    }
}

/// The answers of a resource from the first one on, which the page is drawn with.
///
/// The resource is followed in an effect, so in the browser only: on the server a memo of it may not
/// have heard of its value yet when the page is drawn, and the page would not be what the browser
/// expects.
pub fn follow<T>(resource: Resource<T>, first: T) -> ReadSignal<T>
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let (newest, set) = signal(first);
    Effect::new(move |_| {
        if let Some(answer) = resource.get()
            && newest.with_untracked(|before| *before != answer)
        {
            set.set(answer);
        }
    });
    newest
}

/// The connection, while it stands or is tried.
#[derive(Clone, Copy)]
struct Line(StoredValue<Option<State>, LocalStorage>);

struct State {
    count: RwSignal<u64>,
    doubts: RwSignal<u64>,
    /// Whether it has stood before.
    opened: bool,
    source: Option<EventSource>,
    news: Closure<dyn Fn(Event)>,
    lost: Closure<dyn Fn(Event)>,
    /// Whether news are about to be counted.
    pending: bool,
    retry: Duration,
}

impl Line {
    fn open(self, count: RwSignal<u64>, doubts: RwSignal<u64>) {
        self.0.set_value(Some(State {
            count,
            doubts,
            opened: false,
            source: None,
            news: Closure::new(move |event: Event| self.on_news(&event)),
            lost: Closure::new(move |_: Event| self.on_lost()),
            pending: false,
            retry: FIRST_RETRY,
        }));
        self.connect();
    }

    /// Does something to the state; nothing once the page is gone.
    fn with<T>(self, act: impl FnOnce(&mut State) -> T) -> Option<T> {
        self.0
            .try_update_value(|state| state.as_mut().map(act))
            .flatten()
    }

    fn connect(self) {
        self.with(|state| {
            let Ok(source) = EventSource::new("/events") else {
                return;
            };
            // "open" too: what happened since the page was drawn, or while the line was down.
            for name in ["open", "message", "change"] {
                let news = state.news.as_ref().unchecked_ref();
                let _ = source.add_event_listener_with_callback(name, news);
            }
            let lost = state.lost.as_ref().unchecked_ref();
            let _ = source.add_event_listener_with_callback("error", lost);
            state.source = Some(source);
        });
    }

    fn on_news(self, event: &Event) {
        let reopens = |state: &mut State| std::mem::replace(&mut state.opened, true);
        if event.type_() == "open" && self.with(reopens) == Some(true) {
            self.doubt();
        }
        let is_first = self.with(|state| {
            if event.type_() == "open" {
                state.retry = FIRST_RETRY;
            }
            !std::mem::replace(&mut state.pending, true)
        });
        if is_first == Some(true) {
            set_timeout(move || self.count_up(), PAUSE);
        }
    }

    fn count_up(self) {
        let count = self.with(|state| {
            state.pending = false;
            state.count
        });
        if let Some(count) = count {
            count.update(|count| *count += 1);
        }
    }

    /// The browser tries again by itself unless the answer was no stream at all.
    fn on_lost(self) {
        let wait = self.with(|state| {
            let source = state
                .source
                .take_if(|it| it.ready_state() == EventSource::CLOSED);
            source.map(|_| {
                let wait = state.retry;
                state.retry = LONGEST_RETRY.min(wait * 2);
                wait
            })
        });
        if let Some(wait) = wait.flatten() {
            self.doubt();
            set_timeout(move || self.connect(), wait);
        }
    }

    fn doubt(self) {
        if let Some(doubts) = self.with(|state| state.doubts) {
            doubts.update(|count| *count += 1);
        }
    }

    fn close(self) {
        let state = self.0.try_update_value(Option::take).flatten();
        if let Some(source) = state.and_then(|state| state.source) {
            source.close();
        }
    }
}
