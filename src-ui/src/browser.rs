//! What the window's engine gives: local time, local storage, clipboard, focus, files that were pasted.
//!
//! Nothing here knows records. Everything that can be missing is an `Option` or does nothing.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use countersign_core::time::Timestamp;
use js_sys::{Array, Date, Function, Intl, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, HtmlElement, ScrollBehavior, ScrollIntoViewOptions, ScrollLogicalPosition, Storage, Window};

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

pub(crate) fn now() -> Timestamp {
    Timestamp::from_millis(Date::now() as i64)
}

fn date(at: Timestamp) -> Date {
    Date::new(&JsValue::from_f64(at.millis() as f64))
}

/// A number as the browser reads it; zero if it is none.
pub(crate) fn number(text: &str) -> f64 {
    let number = js_sys::Number::parse_float(text);
    if number.is_finite() { number } else { 0.0 }
}

/// «14:02», in local time.
pub(crate) fn clock(at: Timestamp) -> String {
    let date = date(at);
    format!("{:02}:{:02}", date.get_hours(), date.get_minutes())
}

/// «14:02:09», in local time.
pub(crate) fn clock_with_seconds(at: Timestamp) -> String {
    format!("{}:{:02}", clock(at), date(at).get_seconds())
}

/// «14:02» today, «21 Nov 14:02» this year, «21 Nov 2025 14:02» otherwise.
pub(crate) fn day_and_clock(at: Timestamp) -> String {
    let (then, today) = (date(at), date(now()));
    let day = |date: &Date| (date.get_full_year(), date.get_month(), date.get_date());
    if day(&then) == day(&today) { clock(at) } else { format!("{} {}", self::day(at), clock(at)) }
}

/// «21 Nov», with the year if it is another one.
pub(crate) fn day(at: Timestamp) -> String {
    let (then, today) = (date(at), date(now()));
    let month = MONTHS.get(then.get_month() as usize).copied().unwrap_or_default();
    if then.get_full_year() == today.get_full_year() {
        format!("{} {month}", then.get_date())
    } else {
        format!("{} {month} {}", then.get_date(), then.get_full_year())
    }
}

/// How far local time is ahead of UTC, in minutes.
pub(crate) fn offset(at: Timestamp) -> i32 {
    -date(at).get_timezone_offset() as i32
}

/// The whole time with its zone: «2026-11-21 14:02:09 Europe/Vienna (UTC+01:00)».
pub(crate) fn with_zone(at: Timestamp) -> String {
    let date = date(at);
    let ahead = -date.get_timezone_offset() as i64;
    let sign = if ahead < 0 { '−' } else { '+' };
    let (hours, minutes) = (ahead.abs() / 60, ahead.abs() % 60);
    format!(
        "{}-{:02}-{:02} {} {} (UTC{sign}{hours:02}:{minutes:02})",
        date.get_full_year(),
        date.get_month() + 1,
        date.get_date(),
        clock_with_seconds(at),
        zone()
    )
}

fn zone() -> String {
    let format = Intl::DateTimeFormat::new(&Array::new(), &Object::new());
    let name = Reflect::get(&format.resolved_options(), &"timeZone".into());
    name.ok().and_then(|name| name.as_string()).unwrap_or_else(|| "local time".to_owned())
}

/// A local time as an input of the type `datetime-local` has it.
pub(crate) fn to_local_input(at: Timestamp) -> String {
    let date = date(at);
    format!("{}-{:02}-{:02}T{}", date.get_full_year(), date.get_month() + 1, date.get_date(), clock(at))
}

/// Reads an input of the type `datetime-local`.
pub(crate) fn from_local_input(text: &str) -> Option<Timestamp> {
    let millis = Date::new(&JsValue::from_str(text)).get_time();
    (!text.is_empty() && millis.is_finite()).then(|| Timestamp::from_millis(millis as i64))
}

pub(crate) fn window() -> Option<Window> {
    web_sys::window()
}

pub(crate) fn document() -> Option<Document> {
    window()?.document()
}

/// Nobody can see the window.
pub(crate) fn is_hidden() -> bool {
    document().is_some_and(|document| document.hidden())
}

/// An element of the page.
pub(crate) fn element(id: &str) -> Option<HtmlElement> {
    document()?.get_element_by_id(id)?.dyn_into().ok()
}

/// The first element that a CSS selector finds.
pub(crate) fn find(selector: &str) -> Option<HtmlElement> {
    document()?.query_selector(selector).ok()??.dyn_into().ok()
}

/// Brings an element into view, moving no more than needed.
pub(crate) fn reveal(element: &HtmlElement) {
    scroll(element, ScrollLogicalPosition::Nearest);
}

/// Brings an element to the top of what scrolls.
pub(crate) fn to_top(element: &HtmlElement) {
    scroll(element, ScrollLogicalPosition::Start);
}

/// Brings an element to the middle.
pub(crate) fn to_middle(element: &HtmlElement) {
    scroll(element, ScrollLogicalPosition::Center);
}

fn scroll(element: &HtmlElement, block: ScrollLogicalPosition) {
    let options = ScrollIntoViewOptions::new();
    options.set_block(block);
    options.set_behavior(ScrollBehavior::Instant);
    element.scroll_into_view_with_scroll_into_view_options(&options);
}

/// Focuses an element once the page has been brought up to date.
pub(crate) fn focus_soon(selector: impl Into<String>) {
    let selector = selector.into();
    leptos::prelude::request_animation_frame(move || {
        if let Some(element) = find(&selector) {
            let _ = element.focus();
        }
    });
}

fn storage() -> Option<Storage> {
    window()?.local_storage().ok()?
}

/// What was kept on this computer under a name. Only conveniences live there: theme, recent files, where one was.
pub(crate) fn kept(name: &str) -> Option<String> {
    storage()?.get_item(&format!("countersign.{name}")).ok()?
}

pub(crate) fn keep(name: &str, value: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(&format!("countersign.{name}"), value);
    }
}

/// Puts text on the clipboard. Where the page may not, a selection is copied the old way.
pub(crate) async fn copy(text: String) -> bool {
    let modern = || {
        let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).ok()?;
        let clipboard = Reflect::get(&navigator, &"clipboard".into()).ok()?;
        let write: Function = Reflect::get(&clipboard, &"writeText".into()).ok()?.dyn_into().ok()?;
        write.call1(&clipboard, &JsValue::from_str(&text)).ok()?.dyn_into::<Promise>().ok()
    };
    if let Some(promise) = modern()
        && JsFuture::from(promise).await.is_ok()
    {
        return true;
    }
    copy_selection(&text).unwrap_or(false)
}

fn copy_selection(text: &str) -> Option<bool> {
    let document = document()?;
    let before: Option<HtmlElement> = document.active_element().and_then(|element| element.dyn_into().ok());
    let area: web_sys::HtmlTextAreaElement = document.create_element("textarea").ok()?.dyn_into().ok()?;
    area.set_class_name("offscreen");
    area.set_value(text);
    document.body()?.append_child(&area).ok()?;
    area.select();
    let command: Function = Reflect::get(&document, &"execCommand".into()).ok()?.dyn_into().ok()?;
    let done = command.call1(&document, &"copy".into()).ok().and_then(|done| done.as_bool());
    area.remove();
    if let Some(before) = before {
        let _ = before.focus();
    }
    done
}

/// A file out of the clipboard or a drop, as the engine takes it.
pub(crate) struct PastedFile {
    pub(crate) name: String,
    pub(crate) media_type: String,
    /// The bytes, in Base64.
    pub(crate) content: String,
}

/// Reads a file that the page was handed.
pub(crate) async fn read_file(file: web_sys::File) -> Option<PastedFile> {
    let reader: Function = Reflect::get(&file, &"arrayBuffer".into()).ok()?.dyn_into().ok()?;
    let promise: Promise = reader.call0(&file).ok()?.dyn_into().ok()?;
    let bytes = Uint8Array::new(&JsFuture::from(promise).await.ok()?).to_vec();
    let media_type = Reflect::get(&file, &"type".into()).ok().and_then(|of| of.as_string()).unwrap_or_default();
    Some(PastedFile { name: file.name(), media_type, content: BASE64.encode(bytes) })
}

/// Text, as the engine takes a file.
pub(crate) fn text_file(name: &str, text: &str) -> PastedFile {
    PastedFile { name: name.to_owned(), media_type: "text/plain".to_owned(), content: BASE64.encode(text) }
}
