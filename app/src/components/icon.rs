//! Line icons, drawn by us into the page: no font, no request, coloured by the text around them.

use leptos::prelude::*;

/// The icons that Usher has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IconName {
    Alert,
    ArrowLeft,
    ArrowUp,
    Ban,
    Batches,
    Building,
    Check,
    CheckCircle,
    ChevronDown,
    ChevronLeft,
    ChevronRight,
    CircleDashed,
    Clock,
    Columns,
    Close,
    Copy,
    Device,
    Download,
    Eye,
    EyeOff,
    Filter,
    Globe,
    Home,
    Hourglass,
    Inbox,
    Link,
    Moon,
    More,
    Printer,
    Refresh,
    Search,
    Send,
    Settings,
    SignOut,
    Sun,
    Trash,
    Upload,
    User,
    UserPlus,
    Users,
}

impl IconName {
    /// One path on a field of 24 by 24.
    const fn path(self) -> &'static str {
        match self {
            Self::Alert => {
                "M12 9v4M12 17h.01M10.3 3.9 1.8 18a2 2 0 0 0 1.7 3h17a2 2 0 0 0 1.7-3L13.7 3.9a2 2 0 0 0-3.4 0Z"
            }
            Self::ArrowLeft => "M19 12H5M12 19l-7-7 7-7",
            Self::ArrowUp => "M12 19V5M5 12l7-7 7 7",
            Self::Columns => "M4 4h16v16H4ZM9.3 4v16M14.7 4v16",
            Self::Filter => "M3 5h18l-7 8.5V19l-4 2v-7.5Z",
            Self::Ban => "M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0ZM5.6 5.6l12.8 12.8",
            Self::Building => {
                "M4 21V5a1 1 0 0 1 1-1h9a1 1 0 0 1 1 1v16M15 9h4a1 1 0 0 1 1 1v11M2 21h20M8 8h3M8 12h3M8 16h3"
            }
            Self::Printer => "M7 9V3h10v6M7 17H4v-7h16v7h-3M7 14h10v7H7Z",
            Self::Settings => "M4 6h9M17 6h3M4 12h3M11 12h9M4 18h11M19 18h1M13 4v4M7 10v4M15 16v4",
            Self::Batches => {
                "m12 2.5 9.5 5-9.5 5-9.5-5 9.5-5ZM2.5 12l9.5 5 9.5-5M2.5 16.5l9.5 5 9.5-5"
            }
            Self::Check => "M20 6 9 17l-5-5",
            Self::CheckCircle => "M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0ZM8.5 12.2l2.4 2.4 4.6-4.8",
            Self::ChevronDown => "m6 9 6 6 6-6",
            Self::ChevronLeft => "m15 18-6-6 6-6",
            Self::ChevronRight => "m9 18 6-6-6-6",
            Self::CircleDashed => {
                "M10.1 3.2a9 9 0 0 1 3.8 0M17.6 5a9 9 0 0 1 2.4 2.9M20.9 11a9 9 0 0 1-.6 4M17.9 18.8a9 9 0 0 1-3.4 1.9M10.4 20.9a9 9 0 0 1-3.6-1.6M4 16.2a9 9 0 0 1-.9-3.7M3.7 8.4A9 9 0 0 1 6 5.3"
            }
            Self::Clock => "M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0ZM12 7v5l3 2",
            Self::Close => "M18 6 6 18M6 6l12 12",
            Self::Copy => {
                "M10 8h10a1 1 0 0 1 1 1v11a1 1 0 0 1-1 1H10a1 1 0 0 1-1-1V9a1 1 0 0 1 1-1ZM5 15H4a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1h10a1 1 0 0 1 1 1v1"
            }
            Self::Device => {
                "M4 4h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1ZM8 20h8M12 16v4"
            }
            Self::Download => "M12 3v12M7 10l5 5 5-5M4 17v3a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1v-3",
            Self::Eye => {
                "M2 12s3.5-7 10-7 10 7 10 7-3.5 7-10 7S2 12 2 12ZM15 12a3 3 0 1 1-6 0 3 3 0 0 1 6 0Z"
            }
            Self::EyeOff => {
                "M3 3l18 18M10.6 5.1A9.8 9.8 0 0 1 12 5c6.5 0 10 7 10 7a17 17 0 0 1-3 3.8M6.3 6.7A16.5 16.5 0 0 0 2 12s3.5 7 10 7a9.5 9.5 0 0 0 4.6-1.2M9.9 9.9a3 3 0 0 0 4.2 4.2"
            }
            Self::Globe => {
                "M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0ZM3 12h18M12 3c2.5 2.7 3.8 5.7 3.8 9S14.5 18.3 12 21c-2.5-2.7-3.8-5.7-3.8-9S9.5 5.7 12 3Z"
            }
            Self::Home => "m3 11 9-8 9 8M5 9.5V20a1 1 0 0 0 1 1h4v-6h4v6h4a1 1 0 0 0 1-1V9.5",
            Self::Hourglass => {
                "M6 3h12M6 21h12M7 3v4c0 2 5 3.5 5 5s-5 3-5 5v4M17 3v4c0 2-5 3.5-5 5s5 3 5 5v4"
            }
            Self::Inbox => {
                "M3 13h5l1.5 3h5L16 13h5M5.5 5h13L21 13v5a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1v-5L5.5 5Z"
            }
            Self::Link => {
                "M10 13.5a4.5 4.5 0 0 0 6.8.5l3-3a4.5 4.5 0 0 0-6.4-6.4L11.7 6.3M14 10.5a4.5 4.5 0 0 0-6.8-.5l-3 3a4.5 4.5 0 0 0 6.4 6.4l1.7-1.7"
            }
            Self::Moon => "M20.5 14.5A8.5 8.5 0 0 1 9.5 3.5a8.5 8.5 0 1 0 11 11Z",
            Self::More => "M12 12h.01M19 12h.01M5 12h.01",
            Self::Refresh => {
                "M20 11a8 8 0 0 0-14.5-3.5L3 10M3 4.5V10h5.5M4 13a8 8 0 0 0 14.5 3.5L21 14M21 19.5V14h-5.5"
            }
            Self::Search => "M18 11a7 7 0 1 1-14 0 7 7 0 0 1 14 0ZM21 21l-5-5",
            Self::Send => "M21 3 10.5 13.5M21 3l-6.5 18-4-7.5L3 9.5 21 3Z",
            Self::SignOut => "M9 21H5a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1h4M16 17l5-5-5-5M21 12H9",
            Self::Sun => {
                "M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0ZM12 2v2M12 20v2M4.9 4.9l1.4 1.4M17.7 17.7l1.4 1.4M2 12h2M20 12h2M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4"
            }
            Self::Trash => {
                "M4 7h16M9 7V4h6v3M6 7l1 13a1 1 0 0 0 1 1h8a1 1 0 0 0 1-1l1-13M10 11v6M14 11v6"
            }
            Self::Upload => "M12 16V4M7 9l5-5 5 5M4 17v3a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1v-3",
            Self::User => "M16 8a4 4 0 1 1-8 0 4 4 0 0 1 8 0ZM4 21a8 8 0 0 1 16 0",
            Self::UserPlus => {
                "M13 8a4 4 0 1 1-8 0 4 4 0 0 1 8 0ZM1.5 20.5a7.5 7.5 0 0 1 15 0M19.5 8v6M16.5 11h6"
            }
            Self::Users => {
                "M13 8a4 4 0 1 1-8 0 4 4 0 0 1 8 0ZM1.5 20.5a7.5 7.5 0 0 1 15 0M15.5 4.2a4 4 0 0 1 0 7.6M18.5 14.5a7.5 7.5 0 0 1 4 6"
            }
        }
    }
}

/// A line icon. Decoration only: the word stands beside it, or names the button around it.
#[component]
pub fn Icon(
    name: IconName,
    /// Classes that set its size; 20 px without.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let class = if class.is_empty() { "size-5" } else { class };
    view! {
        <svg
            class=format!("shrink-0 {class}")
            viewBox="0 0 24 24"
            fill="none"
            stroke="currentColor"
            stroke-width="1.75"
            stroke-linecap="round"
            stroke-linejoin="round"
            aria-hidden="true"
        >
            <path d=name.path()></path>
        </svg>
    }
}

/// Usher's mark: a door that stands open. Decoration only.
#[component]
pub fn Mark(
    /// Classes that set its size; 32 px without.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let class = if class.is_empty() { "size-8" } else { class };
    view! {
        <svg class=format!("shrink-0 {class}") viewBox="0 0 32 32" aria-hidden="true">
            <rect class="fill-primary" width="32" height="32" rx="8"></rect>
            <path
                class="stroke-primary-content"
                d="M10 24V9.5A1.5 1.5 0 0 1 11.5 8h9A1.5 1.5 0 0 1 22 9.5V24M7.5 24h17"
                fill="none"
                stroke-width="2"
                stroke-linecap="round"
                stroke-linejoin="round"
            ></path>
            <path class="fill-primary-content" d="M13 24V12.5l6-2.5v14h-6Z"></path>
        </svg>
    }
}
