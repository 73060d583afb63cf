//! Icons as strokes on a grid of 20. They accompany words and say nothing alone.

use leptos::prelude::*;

/// The icons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Icon {
    Home,
    List,
    Register,
    Shield,
    People,
    Settings,
    Plus,
    Copy,
    Clip,
    Note,
    Search,
    Open,
    Pen,
    Document,
    Warning,
    Wave,
    Clock,
    Close,
    Back,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Home => "M3.5 9.2 10 3.6l6.5 5.6M5.2 8.4v7.4h9.6V8.4M8.4 15.8v-4.2h3.2v4.2",
            Self::List => {
                "M3.6 5.4l1.2 1.2 2-2.2M3.6 10.4l1.2 1.2 2-2.2M3.6 15.4l1.2 1.2 2-2.2M9.6 5.6h7M9.6 10.6h7M9.6 15.6h7"
            }
            Self::Register => "M3.6 4.6h12.8v10.8H3.6zM3.6 8.2h12.8M3.6 11.8h12.8M8 4.6v10.8",
            Self::Shield => {
                "M10 2.9l5.8 2.2v4.4c0 3.6-2.4 6.2-5.8 7.6-3.4-1.4-5.8-4-5.8-7.6V5.1zM7.4 9.8l1.9 1.9 3.4-3.7"
            }
            Self::People => {
                "M7.6 9.4a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4zM2.8 16c.3-2.6 2.2-4.2 4.8-4.2s4.5 1.6 4.8 4.2M12.6 9.2a2.3 2.3 0 1 0-.6-4.5M13.6 11.9c2 .3 3.3 1.8 3.6 4.1"
            }
            Self::Settings => "M3.4 6h8M15 6h1.6M3.4 14h1.6M8.6 14h8M13.2 4.2v3.6M6.8 12.2v3.6",
            Self::Plus => "M10 4.4v11.2M4.4 10h11.2",
            Self::Copy => "M7.2 7.2h8.6v8.6H7.2zM12.8 7.2V4.2H4.2v8.6h3",
            Self::Clip => {
                "M14.8 9.2l-5 5a3 3 0 0 1-4.3-4.3l5.6-5.6a2 2 0 0 1 2.9 2.9l-5.5 5.5a1 1 0 0 1-1.5-1.4l4.9-4.9"
            }
            Self::Note => "M4 4.4h12v8.2l-3.4 3.2H4zM12.4 15.6v-3.2h3.4M6.8 7.8h6.4M6.8 10.8h3.6",
            Self::Search => "M9 14.2A5.2 5.2 0 1 0 9 3.8a5.2 5.2 0 0 0 0 10.4zM12.8 12.8l3.6 3.6",
            Self::Open => "M3.6 15.4V5h4.6l1.6 1.8h6.6v8.6zM3.6 9h12.8",
            Self::Pen => "M4 16l.8-3.4L13 4.4l2.6 2.6-8.2 8.2zM11.4 6l2.6 2.6",
            Self::Document => "M5.4 3.6h6l3.2 3.2v9.6H5.4zM11.2 3.8v3.2h3.2M7.8 10.4h4.4M7.8 13h4.4",
            Self::Warning => "M10 3.8l6.8 11.8H3.2zM10 8.2v3.6M10 13.6v.2",
            Self::Wave => "M2.8 10.6h3l1.8-5 3.4 9 2.2-5.4.8 1.4h3.2",
            Self::Clock => "M10 16.4a6.4 6.4 0 1 0 0-12.8 6.4 6.4 0 0 0 0 12.8zM10 6.6V10l2.4 1.6",
            Self::Close => "M5.2 5.2l9.6 9.6M14.8 5.2l-9.6 9.6",
            Self::Back => "M9 4.8L3.8 10 9 15.2M4.2 10h12",
        }
    }
}

/// An icon, hidden from screen readers: the words beside it are read.
pub(crate) fn icon(which: Icon) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
            <path d=which.path()></path>
        </svg>
    }
}
